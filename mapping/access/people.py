"""People as the app knows them: somebody who is signed in, nobody, or anybody at all."""

import re
from dataclasses import dataclass

from mapping.errors import MappingError

__all__ = ["ANYBODY", "HALL", "HOST", "HOSTED", "MAX_ID_LETTERS", "NOBODY", "Person", "read_id"]

MAX_ID_LETTERS = 200
SHAPE = re.compile(r"[^\s\x00-\x1f\x7f]+( [^\s\x00-\x1f\x7f]+)*")
"""One line of letters that can be seen, with single spaces between."""


@dataclass(frozen=True)
class Person:
    """Who asks for something.

    Attributes
    ----------
    id : by what she holds roles: an e-mail address or a name of a user, in small letters;
        "" for nobody, and for anybody
    name : what she is called on screen
    host : the id of whoever is steward of what she makes in her place; "" for herself
    is_anybody : access is not switched on, so that everybody may do everything
    """

    id: str
    name: str = ""
    host: str = ""
    is_anybody: bool = False

    @property
    def is_known(self) -> bool:
        """Tell whether somebody may be let in: who is signed in, or anybody where all may."""
        return self.is_anybody or bool(self.id)


ANYBODY = Person("", "anybody", is_anybody=True)
"""Access is not switched on."""
NOBODY = Person("", "nobody")
"""Access is switched on, and whoever asks is not signed in."""
HALL = Person("the hall", "everyone with the passphrase")
"""All who gave the passphrase of a hall: they are not told apart."""
HOST = Person("the host", "the host")
"""Whoever gave the second passphrase, that of the host."""
HOSTED = Person(HALL.id, HALL.name, host=HOST.id)
"""All of a hall that has a host: she is steward of what they make."""


def read_id(text: str) -> str:
    """Return the id that a typed e-mail address or name of a user is: small letters, no margins.

    Raises MappingError for a text that can be none.
    """
    found = text.strip().casefold()
    if not SHAPE.fullmatch(found) or len(found) > MAX_ID_LETTERS:
        raise MappingError(
            "Expected an e-mail address or the name of a user, on one line of up to "
            f"{MAX_ID_LETTERS} letters; found “{text.strip()[:40]}”. Correct it and try again."
        )
    return found
