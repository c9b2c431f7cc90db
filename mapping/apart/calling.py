"""A function is called in a process of its own, and its answer, its fault or its death is ours."""

import os
import pickle
import subprocess
import tempfile
import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import IO, Any, NoReturn, TypeVar

from mapping.apart import parcels
from mapping.apart.limits import write_command
from mapping.apart.parcels import NO_FILE
from mapping.apart.turns import Turns
from mapping.errors import TooLargeError

T = TypeVar("T")
COMMAND = write_command("mapping.apart.child")
"""What starts the process."""
MEMORY_BYTES, PROCESSOR_S, MOST_S = 6_000_000_000, 240, 600
"""Most address space and processor time of the process, where the system counts them; seconds."""
MAX_AT_ONCE = max(1, min(2, (os.cpu_count() or 1) - 1))
"""So many are read at once: each takes a core, and up to a gigabyte; one is left to the pages."""
MAX_TURN_S, MAX_IN_ALL = 45.0, 3
"""A file that takes longer is read on, and the next is begun beside it; so many at once in all."""
HEAVY_BYTES, HEAVY_PACKED_BYTES = 1_000_000, 200_000
"""From so many bytes on a file is read apart: what is packed becomes many times as much."""
IS_SHARED = os.name == "posix"
"""Whether a process may be handed an open file."""
WAIT_S = 0.3
FAULTY = 1
"""How a process of Python ends by a fault of ours, which it has written to the console."""
PACKED = b"PK\x03\x04"
_turns = Turns(MAX_AT_ONCE, MAX_TURN_S, MAX_IN_ALL)


def is_heavy(content: bytes) -> bool:
    """Tell whether a file takes so long to read that it is worth a process of its own."""
    most = HEAVY_PACKED_BYTES if content.startswith(PACKED) else HEAVY_BYTES
    return len(content) >= most


def call_here(
    function: Callable[..., T],
    told: Callable[..., object] | None,
    *given: Any,
    waits: Callable[[int], object] | None = None,
    **named: Any,
) -> T:
    """Call a function in this process, as ``call`` does in another; nobody waits for a turn."""
    if told is not None:
        named["advance"] = told
    return function(*given, **named)


def call(
    function: Callable[..., T],
    told: Callable[..., object] | None,
    *given: Any,
    waits: Callable[[int], object] | None = None,
    **named: Any,
) -> T:
    """Call a function of a module in a process of its own, and return what it returns.

    It is ``function(*given, **named)``; with ``told``, it also gets an ``advance`` of its own,
    and ``told`` is called here as that is called there. Until it is its turn, ``waits`` is called
    twice a second with how many come before it. What goes there and comes back is pickled. Raises
    the MappingError that it raises, and TooLargeError where the process needs more memory or time
    than it may.
    """
    with _turns.take(waits):
        return call_now(function, told, *given, **named)


def call_in(turns: threading.Semaphore, function: Callable[..., T], *given: Any, **named: Any) -> T:
    """Call a function as ``call`` does, but in turns of its own, which it says that it waits for.

    The second of ``given`` is what is told; while others have their turn it is told that nothing
    is done, so that whoever asked may leave.
    """
    told, *rest = given
    while not turns.acquire(timeout=WAIT_S):
        told(0.0)
    try:
        return call_now(function, told, *rest, **named)
    finally:
        turns.release()


def call_now(
    function: Callable[..., T], told: Callable[..., object] | None, *given: Any, **named: Any
) -> T:
    """Call a function as ``call`` does, whoever else calls one."""
    with ExitStack() as held:
        file = held.enter_context(tempfile.TemporaryFile()).fileno() if IS_SHARED else NO_FILE
        process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            pass_fds=() if file == NO_FILE else (file,),
        )
        alarm = threading.Timer(MOST_S, process.kill)
        alarm.start()
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            limits = (MEMORY_BYTES, PROCESSOR_S)
            asked = (limits, function, given, named, told is not None, file)
            pickle.dump(asked, process.stdin, protocol=5)
            process.stdin.close()
            return _take_answer(process.stdout, file, told or _ignore)
        except (EOFError, BrokenPipeError, pickle.UnpicklingError) as end:
            if process.wait() == FAULTY:
                raise RuntimeError("what was called apart failed: see above") from end
            refuse_costly()
        finally:
            alarm.cancel()
            process.kill()  # whoever asked may have left
            process.wait()
            if process.stdout is not None:
                process.stdout.close()


def _take_answer(answers: IO[bytes], file: int, told: Callable[..., object]) -> Any:
    """Read what the process says until it has its answer, whose large arrays are in a file."""
    while True:
        kind, what = pickle.load(answers)
        if kind == "done":
            return parcels.unpack(what, file)
        if kind == "advanced":
            told(*what)
        elif kind == "refused":
            fault, sentence = what
            raise fault(sentence)
        else:
            refuse_costly()


def _ignore(*_: object) -> None:
    return None


def refuse_costly() -> NoReturn:
    """Raise TooLargeError for a file that ended the process that read it."""
    raise TooLargeError(
        "Expected a file that can be read with the memory and time there are for one; found one "
        "that takes more. Leave out what is not needed, or split it."
    )
