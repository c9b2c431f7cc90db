"""Encodings: bytes of unknown encoding become text."""

import codecs
import re
import string
from typing import NamedTuple

from mapping.errors import MappingError
from mapping.intake.sheets import count

ENCODINGS = {
    "utf-8": "UTF-8",
    "cp1252": "Windows-1252",
    "utf-16-le": "UTF-16 (little-endian)",
    "utf-16-be": "UTF-16 (big-endian)",
    "mac-roman": "Mac Roman",
    "cp850": "DOS, code page 850",
}
"""The encodings that a reader may choose from, and what they are called."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SAMPLE_CHARACTERS = 200_000
MAX_CONTROL_SHARE = 0.02
"""Share of control characters from which on a file is no text."""
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1f\x7f]")
_SHIFTED = re.compile(
    "[" + "".join(chr(ord(plain) << 8) for plain in ",;" + string.ascii_letters + "123456789") + "]"
)
"""What plain letters look like in UTF-16 read from the wrong byte on."""
_VALID = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")
WHAT_TO_DO = "Save it again as “CSV UTF-8” or as an Excel workbook (.xlsx), and upload that."


class DecodedText(NamedTuple):
    """A text with line ends ``\\n`` only, its encoding, and sentences on what was found."""

    text: str
    encoding: str
    notes: list[str]


def decode(content: bytes, encoding: str = "") -> DecodedText:
    """Turn bytes into text, by the encoding given or the one found out.

    A byte order mark decides; else zero bytes at every other place tell UTF-16; else UTF-8 if
    the bytes are valid UTF-8, or mostly so (the others are then read as Windows-1252); else
    Windows-1252. UTF-16 that lost or won a byte is read without its zero bytes. Raises
    MappingError for an unknown encoding, bytes that the encoding given does not allow, and
    files that are no text.
    """
    marked = next(((mark, name) for mark, name in _MARKS if content.startswith(mark)), None)
    if encoding:
        text, name, notes = _decode_as(content, encoding)
    elif marked:
        text, name, notes = content.decode(marked[1], "replace"), marked[1], []
    elif content.count(0) > len(content) / 5:
        name = _zeros(content)
        text, notes = content.decode(name, "replace"), []
    else:
        text, name, notes = _decode_by_bytes(content)
    if name.startswith("utf-16") and not encoding:
        notes.append(f"Read as {ENCODINGS[name]}.")
    if name.startswith("utf-16") and len(_SHIFTED.findall(text)) > 1:
        text = content.replace(b"\x00", b"").lstrip(b"\xff\xfe").decode("cp1252", "replace")
        notes.append(
            "Some characters could not be read (read as Windows-1252). Check accented letters and "
            "£ signs."
        )
    return DecodedText(_tidy(text.removeprefix("\ufeff"), notes), name, notes)


def _decode_as(content: bytes, encoding: str) -> tuple[str, str, list[str]]:
    try:
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError):
        name = ""
    name = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(name, name)
    if name not in ENCODINGS:
        raise MappingError(
            f"Expected one of the encodings {', '.join(ENCODINGS)}; found “{encoding[:40]}”. "
            "Choose one of them, or none to have it found out."
        )
    try:
        return content.decode(name), name, [f"Read as {ENCODINGS[name]}, as chosen."]
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        raise MappingError(
            f"Expected {ENCODINGS[name]}, as chosen; found bytes in line {line:,} that it does "
            "not have. Choose another encoding, or none to have it found out."
        ) from None


def _zeros(content: bytes) -> str:
    """Tell the two kinds of UTF-16 by where the zero bytes stand."""
    zeros, even = content.count(0), content[::2].count(0)
    if even > 0.95 * zeros:
        return "utf-16-be"
    if even < 0.05 * zeros:
        return "utf-16-le"
    raise MappingError(
        f"Expected text; {zeros / len(content):.0%} of the file's bytes are zero, so it was not "
        f"saved or copied completely. {WHAT_TO_DO}"
    )


def _decode_by_bytes(content: bytes) -> tuple[str, str, list[str]]:
    try:
        return content.decode(), "utf-8", []
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
    loose = len(re.findall(rb"[\x80-\xff]", _VALID.sub(b"", content)))
    if len(_VALID.findall(content)) > 2 * loose:
        text = content.decode("utf-8", "surrogateescape")
        text = re.sub(r"[\udc80-\udcff]", lambda byte: _windows(byte[0]), text)
        return (
            text,
            "utf-8",
            [
                f"{count(loose, 'character')} read as Windows-1252, the first in line {line:,}. "
                "Check accented letters and £ signs."
            ],
        )
    text = content.decode("cp1252", "replace")
    return text, "cp1252", ["Read as Windows-1252, because it is not valid UTF-8."]


def _windows(escaped: str) -> str:
    return bytes([ord(escaped) - 0xDC00]).decode("cp1252", "replace")


def _tidy(text: str, notes: list[str]) -> str:
    """Leave out NUL characters, and end lines alike; raises MappingError if it is no text."""
    strange = len(_CONTROL.findall(text[:SAMPLE_CHARACTERS]))
    unknown, seen = text.count("\ufffd"), min(len(text), SAMPLE_CHARACTERS)
    if strange > MAX_CONTROL_SHARE * seen or unknown > max(20, len(text) / 10):
        raise MappingError(f"We cannot read this file as text. {WHAT_TO_DO}")
    if unknown:
        notes.append(f"{count(unknown, 'character')} unreadable and shown as “\ufffd”.")
    if "\x00" in text:
        notes.append(f"{count(text.count(chr(0)), 'NUL character')} left out.")
        text = text.replace("\x00", "")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text
