"""What starts a process of its own, and what ends it once it takes too much."""

import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]


def write_command(module: str) -> tuple[str, ...]:
    """Return what starts a process that calls ``main`` of a module of the engine; arguments follow.

    It finds the project by its folder, which is its first argument, and nothing of the folder in
    which it is started.
    """
    package, _, name = module.rpartition(".")
    begin = f"import sys; sys.path.insert(0, sys.argv[1]); from {package} import {name}"
    return sys.executable, "-P", "-c", f"{begin}; {name}.main()", str(_ROOT)


def set_limits(memory_bytes: int, processor_s: int) -> None:
    """End this process once it takes more memory or processor time, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for what, most in (("RLIMIT_AS", memory_bytes), ("RLIMIT_CPU", processor_s)):
        try:
            resource.setrlimit(getattr(resource, what), (most, most))
        except (OSError, ValueError):  # macOS counts no memory
            continue
