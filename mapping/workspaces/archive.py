"""A whole workspace as one zip: CSV that a person can read, and that is read back exactly.

Files from elsewhere are opened narrowly: ``zips`` holds their limits, only files of known kinds
are unpacked, and nothing in them is trusted to be well formed.

How archives last: workspace.json says which kinds are inside, each with the version of its files.
A kind that is not known here, or of a higher version, stays packed, with what goes with it; the
rest is read, and ``describe_unread`` says what is missing. So a later build may add kinds and
raise their versions freely; only if these rules change does ``VERSION`` rise, and other versions
of it are refused. Files of a kind are NAME.csv and those in its folders, from now on NAME/.
Archives without a list of kinds hold those of November 2026, all of version 1.
"""

import io
import json
import re
import zipfile
from collections.abc import Mapping
from typing import Any

from mapping import zips
from mapping.workspaces import WorkspaceRecord, history, texts
from mapping.workspaces.history import FILED
from mapping.workspaces.kinds import ORIGINAL, Kind, files

FORMAT, VERSION = "common-ground-workspace", 1
HEAD = "workspace.json"
BY_NAME = {kind.name: kind for kind in FILED}
MAX_KINDS = 100
"""Most kinds that an archive may list."""
NAME = re.compile(r"[a-z_]{1,40}")
LIMITS = zips.Limits(
    what="the zip of a workspace",
    advice="Export the workspace again.",
    max_files=2_000,
    max_bytes=100_000_000,
    max_unpacked_bytes=300_000_000,
    names=re.compile(
        rf"README\.txt|workspace\.json|{NAME.pattern}(\.csv|/[1-9][0-9]{{0,3}}\.[a-z0-9]{{1,8}})"
    ),
    named="only files that an export holds",
)
"""What may be in an archive; MB are 10⁶ bytes."""
README = """A workspace of Common Ground, whole. Common Ground reads it back with Import.

workspace.json   its name and place, the version of this format and of each kind of file
{}
Texts that a spreadsheet would take for a formula, or that begin with an apostrophe, have one
apostrophe before them.
"""


def write(record: WorkspaceRecord) -> bytes:
    """Write a workspace as a zip; the same workspace always gives the same bytes."""
    facts = {name: record.facts[name] for name in ("name", "place", "created", "updated")}
    versions = {kind.name: kind.version for kind in FILED}
    head = {"format": FORMAT, "version": VERSION, "kinds": versions, **facts}
    head["history_days"] = record.history_days
    contents = {
        "README.txt": README.format("".join(kind.about for kind in FILED)).encode(),
        HEAD: json.dumps(head, indent=2, ensure_ascii=False).encode(),
    }
    for kind in FILED:
        contents.update(kind.write_files(record.rows[kind.name]))
    return _zip_files(contents)


def _zip_files(contents: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in contents.items():
            member = zipfile.ZipInfo(name)
            member.external_attr = 0o644 << 16
            archive.writestr(member, content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def read(content: bytes, name: str = "workspace.zip") -> WorkspaceRecord:
    """Read a zip of ``write``, of this or another build; ``name`` is the file's.

    Kinds that are not known here are left out: ``WorkspaceRecord.unread``. Raises MappingError if
    the zip is too large, none, damaged, holds anything else than such a zip does, is of another
    version of the format, or does not fit together.
    """
    if not name.lower().endswith(".zip"):
        files.refuse("a file whose name ends in .zip", f"“{name[-40:]}”")
    with zips.open_zip(content, LIMITS) as archive:
        there = archive.namelist()
        head = _read_head(archive.read(HEAD)) if HEAD in there else {}
        versions = _list_versions(head)
        unread = _list_unread(versions)
        known = [kind for kind in FILED if kind.name in versions and kind.name not in unread]
        missing = {HEAD, *(kind.table_file for kind in known)} - set(there)
        if missing:
            files.refuse("an exported workspace", f"a zip without {', '.join(sorted(missing))}")
        _check_names(there, unread, known)
        contents = files.Files({one: archive.read(one) for one in there if _find_kind(one, known)})
    rows = {kind.name: kind.read_files(contents) for kind in known}
    rows.update({kind.name: kind.make_rows() for kind in FILED if kind not in known})
    for kind in known:
        _check_parent(kind, rows)
    facts = {name: head[name] for name in ("name", "place")}
    unread_versions = {name: versions[name] for name in sorted(unread)}
    return WorkspaceRecord(facts, rows, unread_versions, _read_days(head))


def describe_unread(unread: Mapping[str, int]) -> str:
    """Say in a sentence or two which kinds of an archive were left out; "" for none."""
    if not unread:
        return ""
    named = ", ".join(f"{name} (version {version})" for name, version in unread.items())
    return (
        f"Left out, because a newer Common Ground has written it and this one cannot read it: "
        f"{named}. Keep the zip: a newer Common Ground brings back all of it."
    )


def _read_head(content: bytes) -> dict[str, Any]:
    try:
        head = json.loads(content)
    except (ValueError, RecursionError):
        files.refuse(f"{HEAD} to be written as JSON", "something else")
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        files.refuse(f"a workspace of the format {FORMAT}", f"another in {HEAD}")
    if head.get("version") != VERSION or isinstance(head["version"], bool):
        files.refuse(
            f"version {VERSION} of the format",
            f"version {ascii(head.get('version'))[:40]}",
            "Import it with the Common Ground that exported it, or a newer one.",
        )
    if not all(isinstance(head.get(name), str) for name in ("name", "place")):
        files.refuse(f"a name and a place as texts in {HEAD}", "something else")
    if not head["name"].strip():
        files.refuse(f"a name of the workspace in {HEAD}", "a blank one")
    texts.check_text(head["name"], "name of a workspace")
    texts.check_place(head["place"])
    return head


def _read_days(head: Mapping[str, Any]) -> int:
    """Return how long a workspace keeps its history; the usual time where it says none of ours."""
    days = head.get("history_days")
    return days if type(days) is int and days in history.KEPT_DAYS else history.USUAL_DAYS


def _list_versions(head: Mapping[str, Any]) -> dict[str, int]:
    """Return the version of each kind in an archive, by its name."""
    found = head.get("kinds", dict.fromkeys(ORIGINAL, 1))
    fits = isinstance(found, dict) and len(found) <= MAX_KINDS
    if not fits or not all(NAME.fullmatch(n) and _is_version(v) for n, v in found.items()):
        files.refuse(f"kinds by name with a version of 1 or more in {HEAD}", "something else")
    return found


def _is_version(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 10**6


def _list_unread(versions: Mapping[str, int]) -> set[str]:
    """Return the kinds that cannot be read here, and those that go with them."""
    unread = {n for n, v in versions.items() if n not in BY_NAME or v > BY_NAME[n].version}
    for kind in FILED:  # a parent before what goes with it
        if kind.parent and kind.parent[1].name in unread and kind.name in versions:
            unread.add(kind.name)
    return unread


def _check_names(there: list[str], unread: set[str], known: list[Kind[Any]]) -> None:
    """Refuse files that belong to no kind which the archive lists."""
    folders = {folder for n in unread & BY_NAME.keys() for folder in BY_NAME[n].folders}
    closed = {*unread, *folders}
    strange = [
        name
        for name in there
        if name not in ("README.txt", HEAD)
        and not _find_kind(name, known)
        and re.split(r"[./]", name)[0] not in closed
    ]
    if strange:
        zips.refuse_names(strange, LIMITS)


def _find_kind(name: str, kinds: list[Kind[Any]]) -> Kind[Any] | None:
    """Return the kind that a file belongs to, by its name; None for another."""
    folder, _, file = name.rpartition("/")
    for kind in kinds:
        if name == kind.table_file or (folder in kind.folders and file.endswith(".csv")):
            return kind
    return None


def _check_parent(kind: Kind[Any], rows: Mapping[str, Any]) -> None:
    if kind.parent:
        column, parent = kind.parent
        if not rows[kind.name][column].isin(rows[parent.name][parent.key[0]]).all():
            files.refuse(f"{kind.table_file} to name {parent.name} that are there", "others")
