"""Apart: what takes long is called in a process of its own, so that nobody else waits for it.

Threads of one process of Python take turns: whoever reads a large file holds up everybody's
clicks. A process of its own has another core, gives way to others, and its memory and time have
an end.
"""

from mapping.apart.calling import (
    MAX_AT_ONCE,
    MAX_IN_ALL,
    MAX_TURN_S,
    MEMORY_BYTES,
    MOST_S,
    PROCESSOR_S,
    call,
    call_here,
    call_in,
    is_heavy,
)
from mapping.apart.limits import set_limits, write_command
from mapping.apart.turns import Turns

__all__ = [
    "MAX_AT_ONCE",
    "MAX_IN_ALL",
    "MAX_TURN_S",
    "MEMORY_BYTES",
    "MOST_S",
    "PROCESSOR_S",
    "Turns",
    "call",
    "call_here",
    "call_in",
    "is_heavy",
    "set_limits",
    "write_command",
]
