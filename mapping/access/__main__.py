"""Make the hash of a passphrase for COMMON_GROUND_ACCESS: python -m mapping.access."""

import getpass
import sys
from collections.abc import Callable

from mapping.access import passphrase
from mapping.errors import MappingError


def main(ask: Callable[[str], str] = getpass.getpass) -> int:
    """Ask for a passphrase twice, and print its hash; returns 0, or 1 after a sentence."""
    first = ask("Passphrase for the hall: ")
    if ask("The same again: ") != first:
        print("The two are not the same. Try again.", file=sys.stderr)
        return 1
    try:
        print(passphrase.make_hash(first))
    except MappingError as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
