"""A request: the page and choices of a view, written into a file that opens it again.

Files come from anywhere, so they are read narrowly: JSON alone, of limited size, with known keys
and texts; out of a zip nothing but ``request.json`` is unpacked, in memory.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from mapping import zips
from mapping.errors import MappingError

FORMAT, VERSION = "common-ground-request", 1
NAME = "request.json"
MAX_REQUEST_BYTES = 200_000
MAX_CHOICE_LETTERS = 20_000
"""Of a choice: a place may be a union of many wards."""
WHAT_TO_DO = "Choose the zip you downloaded from Common Ground, or the request.json in it."
ZIP = zips.Limits(
    what="the zip of a saved view",
    advice=WHAT_TO_DO,
    max_files=200,
    max_bytes=100_000_000,
    max_file_bytes=MAX_REQUEST_BYTES,
    may_repeat=True,
)
"""What may be in a zip that holds a request; nothing else is unpacked of it."""


@dataclass(frozen=True)
class Request:
    """What opens a view again.

    Attributes
    ----------
    page : the page's name in an address: "mismatches"
    choices : every choice of the link by name, but the workspace
    build, as_at : the mark and the month ("2025-05") of the data that it was made with
    finding : the sentence that the view opened with, to compare
    workspace : the name of the workspace that was open, or ""
    workspace_version : its version then; 0 without one
    workspace_id : the key to it, if the reader wished to pass it on; else ""
    """

    page: str
    choices: Mapping[str, str]
    build: str
    as_at: str
    finding: str = ""
    workspace: str = ""
    workspace_version: int = 0
    workspace_id: str = field(default="", repr=False)


TEXT_FIELDS = ("page", "build", "as_at", "finding", "workspace", "workspace_id")


def write(request: Request) -> bytes:
    """Write a request as JSON; the same request always gives the same bytes."""
    told = {"format": FORMAT, "version": VERSION, **asdict(request)}
    told["choices"] = dict(request.choices)
    if not request.workspace_id:
        del told["workspace_id"]
    return (json.dumps(told, indent=2, ensure_ascii=False) + "\n").encode()


def read(content: bytes, *, pages: Collection[str]) -> Request:
    """Read a ``request.json``, or the zip that holds one; ``pages`` are those that there are.

    Which choices are known and what they may be is for the page to say.

    Raises
    ------
    MappingError
        If the file is too large, damaged, anything else than a request, of a newer version, or
        names a page that there is not.
    """
    if content[:4] == b"PK\x03\x04":
        content = _unpack(content)
    if len(content) > MAX_REQUEST_BYTES:
        raise _refuse(
            f"a file of {len(content):,} bytes; a request has at most {MAX_REQUEST_BYTES:,}"
        )
    found = _object(content)
    known = {"format", "version", "choices", "workspace_version", *TEXT_FIELDS}
    if unknown := sorted(found.keys() - known):
        raise _refuse(f"{len(unknown)} unknown entries ({', '.join(map(_shorten, unknown[:5]))})")
    missing = [key for key in ("page", "choices", "build", "as_at") if key not in found]
    if missing:
        raise _refuse(f"one without {', '.join(missing)}")
    request = Request(
        **{key: _text(found, key) for key in TEXT_FIELDS},
        choices=_choices(found["choices"]),
        workspace_version=_check_whole(found.get("workspace_version", 0)),
    )
    if request.page not in pages:
        raise _refuse(f"one of the page “{_shorten(request.page)}”, which there is not")
    return request


def _unpack(content: bytes) -> bytes:
    """Take ``request.json`` out of a zip, and nothing else."""
    with zips.open_zip(content, ZIP) as archive:
        members = archive.infolist()
        named = [one for one in members if one.filename.rpartition("/")[2] == NAME]
        if len(named) != 1:
            raise _refuse(f"a zip of {len(members):,} files, {len(named)} called {NAME}")
        return archive.read(named[0])


def _object(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content.decode("utf-8-sig"))
        json.dumps(found, ensure_ascii=False).encode()  # half a letter is no text
    except (ValueError, RecursionError):
        raise _refuse("a file of another kind") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise _refuse("JSON of another kind")
    version = found.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise _refuse("one without a version")
    if version > VERSION:
        raise MappingError(
            f"This view was saved with a newer version of Common Ground (its file has version "
            f"{version}, this app reads up to {VERSION}). Please update the app."
        )
    return found


def _text(found: Mapping[str, Any], key: str) -> str:
    value = found.get(key, "")
    if not isinstance(value, str) or len(value) > MAX_CHOICE_LETTERS:
        raise _refuse(f"no text, or one too long, under {key}")
    return value


def _choices(found: Any) -> dict[str, str]:
    fits = isinstance(found, dict) and all(
        isinstance(value, str) and len(key) <= 40 and len(value) <= MAX_CHOICE_LETTERS
        for key, value in found.items()
    )
    if not fits:
        raise _refuse("choices that are no texts")
    return dict(found)


def _check_whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53:
        raise _refuse("a workspace's version that is no whole number")
    return value


def _shorten(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


def _refuse(found: str) -> MappingError:
    return MappingError(f"This is not a saved view: it is {found}. {WHAT_TO_DO}")
