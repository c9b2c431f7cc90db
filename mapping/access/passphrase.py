"""Passphrases: kept as salted hashes that take long to guess, compared in constant time."""

import base64
import hashlib
import hmac
import re
import secrets
import threading
import unicodedata

from mapping.errors import MappingError

__all__ = ["MAX_LETTERS", "MIN_LETTERS", "check", "is_hash", "make_hash"]

MIN_LETTERS, MAX_LETTERS = 12, 200
COST, BLOCK, SALT_BYTES, HASH_BYTES = 2**14, 8, 16, 32
"""The work of one try: about 16 MB and a twentieth of a second."""
SHAPE = re.compile(r"scrypt:[A-Za-z0-9_-]{22}:[A-Za-z0-9_-]{43}")
_one_at_a_time = threading.Lock()
"""A hall that types at once takes the memory of one try."""


def make_hash(text: str) -> str:
    """Return the salted hash of a passphrase; another one each time.

    Raises MappingError for one that is too short to withstand guessing, or too long.

    >>> kept = make_hash("four walls and a kettle")
    >>> check("four walls and a kettle", kept), check("four walls", kept)
    (True, False)
    """
    found = _clean(text)
    if not MIN_LETTERS <= len(found) <= MAX_LETTERS:
        raise MappingError(
            f"Expected a passphrase of {MIN_LETTERS} to {MAX_LETTERS} letters; found one of "
            f"{len(found)}. Four words that do not belong together are easy to say to a hall."
        )
    salt = secrets.token_bytes(SALT_BYTES)
    return f"scrypt:{_write(salt)}:{_write(_stretch(found, salt))}"


def check(text: str, kept: str) -> bool:
    """Tell whether a text is the passphrase of a hash; however wrong, it takes as long."""
    _, salt, expected = kept.split(":")
    found = _stretch(_clean(text)[:MAX_LETTERS], _read(salt))
    return hmac.compare_digest(found, _read(expected))


def is_hash(text: str) -> bool:
    """Tell whether a text is a hash as ``make_hash`` writes it."""
    return bool(SHAPE.fullmatch(text))


def _clean(text: str) -> str:
    """Return a passphrase as every keyboard types it: composed letters, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _stretch(text: str, salt: bytes) -> bytes:
    with _one_at_a_time:
        return hashlib.scrypt(text.encode(), salt=salt, n=COST, r=BLOCK, p=1, dklen=HASH_BYTES)


def _write(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _read(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
