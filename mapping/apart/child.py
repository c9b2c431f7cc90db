"""The process that calls one function: it gives way to others, and its memory and time have an end.

It reads from its standard input, pickled, what it is to call, and writes what happens as pairs of
a word and what belongs to it.
"""

import gc
import os
import pickle
import sys
from typing import IO, Any

from mapping.apart import parcels
from mapping.apart.limits import set_limits
from mapping.errors import MappingError

NICENESS = 10
COSTLY = 3
"""How the process ends if nobody waits for its answer."""


def main() -> None:
    """Call what the standard input says, and write what comes of it."""
    gc.disable()  # it ends soon
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no answer
    try:
        limits, function, given, named, is_told, file = pickle.load(sys.stdin.buffer)
    except (EOFError, pickle.UnpicklingError):  # whoever asked has ended
        sys.exit(COSTLY)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    set_limits(*limits)
    if is_told:
        named["advance"] = lambda *what: _write(answers, "advanced", what)
    try:
        found = parcels.pack(function(*given, **named), file)
    except MappingError as fault:
        is_plain = type(fault).__init__ is MappingError.__init__
        _write(answers, "refused", (type(fault) if is_plain else MappingError, str(fault)))
    except MemoryError:
        _write(answers, "costly", None)
    else:
        _write(answers, "done", found)


def _write(answers: IO[bytes], kind: str, what: Any) -> None:
    pickle.dump((kind, what), answers, protocol=5)
    answers.flush()
