"""Scenarios: maps that somebody has redrawn, by the group of each block, with a note and a date.

Blocks are kept by their codes, and the layer that they are units of by its key: so a scenario is
opened again as a layer like any other, and can be changed further. What it is called, who drew it
and why is kept beside it.
"""

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from mapping import places, redraw
from mapping.errors import MappingError
from mapping.geography import SCALES, Layer, layers, registry
from mapping.workspaces import texts
from mapping.workspaces.kinds.files import CORRECT, Files, refuse
from mapping.workspaces.kinds.kind import Cell, Kind, Opened, list_lost

__all__ = [
    "KIND",
    "MAX_AUTHOR_LETTERS",
    "MAX_NOTE_LETTERS",
    "MAX_TITLE_LETTERS",
    "KeptScenario",
    "find_key",
    "rename",
    "write_row",
]

MAX_TITLE_LETTERS, MAX_AUTHOR_LETTERS, MAX_NOTE_LETTERS = 80, 80, 1_000
"""So long may what is typed about a redrawn map be."""
MAX_KEY_LETTERS = 80
FACTS = ("title", "author", "note", "place", "blocks", "scale")
GROUP_COLUMNS, NAME_COLUMNS = ("code", "group"), ("group", "name")
KEY_LETTERS = 16


@dataclass(frozen=True, eq=False)
class KeptScenario:
    """A redrawn map that a workspace keeps.

    Attributes
    ----------
    id : of its row
    title, author, note : as typed
    place, blocks : "kind.code" of its place, and the key of the layer that its blocks are units of
    scale : of the layer that it is
    saved : when, ISO
    group_of : the group of each block by its code, from 1; 0 for none
    names : of groups that have one, by their number
    layer : what it is as a layer, registered; None where its place or the layer of its blocks is
        no longer there
    """

    id: str
    title: str
    author: str
    note: str
    place: str
    blocks: str
    scale: str
    saved: str
    group_of: Mapping[str, int]
    names: Mapping[int, str]
    layer: Layer | None

    def open(self) -> redraw.Scenario:
        """Return the scenario, to be changed further: see ``redraw.Scenario``.

        Blocks that were not there when it was saved are in no group. Raises MappingError where its
        place or the layer of its blocks is no longer there.
        """
        graph = redraw.find_graph(_find_place(self.place), layers.get(self.blocks))
        groups = [self.group_of.get(code, 0) for code in graph.codes.tolist()]
        return redraw.start_from(graph, np.array(groups))


def write_row(
    scenario: redraw.Scenario | redraw.Plan,
    *,
    id: str,  # noqa: A002 - that of the row
    title: str,
    scale: str,
    author: str = "",
    note: str = "",
    names: Mapping[int, str] | None = None,
) -> pd.DataFrame:
    """Write down a scenario or plan: one row with the columns of the kind but ``saved``.

    Raises MappingError for texts that cannot be kept.
    """
    graph = scenario.graph
    facts = {
        "id": texts.check_id(id),
        "title": title,
        "author": author,
        "note": note,
        "place": f"{graph.place.kind}.{graph.place.code}",
        "blocks": graph.layer.key,
        "scale": scale,
    }
    return _write_row(facts, dict(zip(graph.codes, scenario.group_of, strict=True)), names or {})


def rename(kept: KeptScenario, *, title: str, author: str, note: str) -> pd.DataFrame:
    """Write down a kept scenario with another title, author and note: one row of the kind.

    When it was saved stays, and so do blocks that are no longer in use. Its layer has another key.
    Raises MappingError for texts that cannot be kept.
    """
    facts = {name: getattr(kept, name) for name in (*FACTS, "id")}
    facts |= {"title": title, "author": author, "note": note}
    return _write_row(facts, kept.group_of, kept.names).assign(saved=kept.saved)


def _write_row(
    facts: Mapping[str, str], group_of: Mapping[str, int], names: Mapping[int, str]
) -> pd.DataFrame:
    """Write one row of facts, the group of each block and the names of groups, and check it."""
    groups = pd.DataFrame({"code": list(group_of), "group": list(group_of.values())})
    given = pd.DataFrame(sorted(names.items()), columns=list(NAME_COLUMNS))
    row = {
        **facts,
        "title": texts.check_text(facts["title"], "title of a map"),
        "author": texts.clean_text(facts["author"]),
        "groups": zlib.compress(texts.write_csv(groups)),
        "names": zlib.compress(texts.write_csv(given)),
    }
    frame = pd.DataFrame([row])
    _check(frame)
    return frame


def find_key(row: Any) -> str:
    """Return the key of the layer that a row is: it stands for all that is written down.

    It is the same as long as the scenario is kept as it is, whatever blocks are still in use. The
    day it was saved is among it, as its layer tells that.
    """
    told = [*(str(getattr(row, name)) for name in FACTS), str(row.saved)[:10]]
    content = hashlib.sha256("\x1f".join(told).encode())
    for part in (row.groups, row.names):
        content.update(zlib.decompress(part))
    return registry.OWN + content.hexdigest()[:KEY_LETTERS]


def _find_place(written: str) -> places.Place:
    return places.at(*written.split(".", 1))


def _open(rows: pd.DataFrame) -> Opened[tuple[KeptScenario, ...]]:
    found = [_open_row(row) for row in rows.itertuples(index=False)]
    lost = pd.concat([list_lost(), *(missing for _, missing in found)], ignore_index=True)
    return Opened(tuple(one for one, _ in found), lost)


def _open_row(row: Any) -> tuple[KeptScenario, pd.DataFrame]:
    groups = _read_groups(row)
    named = texts.read_csv(zlib.decompress(row.names), "the names of groups", NAME_COLUMNS)
    names = dict(zip(map(int, named["group"]), named["name"], strict=True))
    layer, lost = _make_layer(row, groups, names)
    facts = {name: str(getattr(row, name)) for name in (*FACTS, "id", "saved")}
    group_of = dict(zip(groups["code"], groups["group"].tolist(), strict=True))
    kept = KeptScenario(**facts, group_of=group_of, names=names, layer=layer)
    return kept, list_lost("redrawn map", row.id, row.title, row.blocks, np.array(lost, dtype="U"))


def _make_layer(
    row: Any, groups: pd.DataFrame, names: Mapping[int, str]
) -> tuple[Layer | None, list[str]]:
    """Make the layer of a row, and list the codes of its blocks that are no longer in use."""
    codes = groups["code"].tolist()
    try:
        place, base = _find_place(row.place), layers.get(row.blocks)
    except MappingError:
        return None, codes
    at = pd.Index(base.codes.astype(object)).get_indexer(pd.Index(codes, dtype=object))
    known, group = at >= 0, groups["group"].to_numpy()
    lost = [code for code, is_known in zip(codes, known, strict=True) if not is_known]
    if not (group[known] > 0).any():
        return None, lost
    left = pd.DataFrame({"area": groups["code"][group == 0], "unit": "", "reason": "in no group"})
    layer = redraw.make_layer(
        place,
        base,
        at[known],
        group[known],
        row.title,
        row.scale,
        names=names,
        residual=left.reset_index(drop=True),
        source=redraw.say_drawn(row.author, row.saved[:10]),
        description=row.note,
        as_at=row.saved[:10],
    )
    return registry.register(replace(layer, key=find_key(row))), lost


def _read_groups(row: Any) -> pd.DataFrame:
    found = texts.read_csv(zlib.decompress(row.groups), "the groups of a map", GROUP_COLUMNS)
    return found.assign(group=found["group"].astype("int64"))


def _write(rows: pd.DataFrame) -> dict[str, bytes]:
    files = {KIND.table_file: texts.write_csv(rows[KIND.list_columns(Cell.BYTES)])}
    for number, row in enumerate(rows.itertuples()):
        files[f"scenarios/{2 * number + 1}.csv"] = zlib.decompress(row.groups)
        files[f"scenarios/{2 * number + 2}.csv"] = zlib.decompress(row.names)
    return files


def _read(files: Files) -> pd.DataFrame:
    facts = files.read_table(KIND.table_file, tuple(KIND.list_columns(Cell.BYTES)))
    rows = []
    for number, row in enumerate(facts.to_dict("records")):
        groups, names = (f"scenarios/{2 * number + part}.csv" for part in (1, 2))
        packed = {"groups": files.compress_table(groups), "names": files.compress_table(names)}
        rows.append({**row, **packed})
    return pd.DataFrame(rows, columns=list(KIND.columns))


def _check(rows: pd.DataFrame) -> None:
    for row in rows.itertuples():
        texts.check_text(row.title, "title of a map")
        texts.check_place(row.place)
        if row.scale not in SCALES:
            refuse(f"one of the scales {', '.join(SCALES)} for a map", f"“{row.scale[:40]}”")
        if len(row.note) > MAX_NOTE_LETTERS:
            found = f"{len(row.note):,}"
            refuse(f"notes of up to {MAX_NOTE_LETTERS:,} letters", found, "Shorten it.")
        if not 0 < len(row.blocks) <= MAX_KEY_LETTERS:
            refuse("the key of a layer for the blocks of a map", ascii(row.blocks)[:40], CORRECT)
        _check_groups(row)


def _check_groups(row: Any) -> None:
    groups = texts.read_csv(zlib.decompress(row.groups), "the groups of a map", GROUP_COLUMNS)
    names = texts.read_csv(zlib.decompress(row.names), "the names of groups", NAME_COLUMNS)
    written = pd.concat([groups["group"], names["group"]]) if len(names) else groups["group"]
    if not written.str.fullmatch("[0-9]{1,3}").all() or not len(groups):
        refuse(f"blocks with groups from 0 to {redraw.MAX_GROUPS} in a map", "others", CORRECT)
    if groups["code"].duplicated().any() or (len(names) and names["group"].duplicated().any()):
        refuse("each block and each group of a map once", "some repeated", CORRECT)
    for name in names["name"].tolist() if len(names) else ():
        texts.check_text(name, "name of a group")


KIND: Kind[tuple[KeptScenario, ...]] = Kind(
    name="scenarios",
    columns={
        "id": Cell.ID,
        **dict.fromkeys(FACTS, Cell.TEXT),
        "saved": Cell.MOMENT,
        "groups": Cell.BYTES,
        "names": Cell.BYTES,
    },
    key=("id",),
    order=("saved", "id"),
    about="""\
scenarios.csv    redrawn maps; row 1 belongs to scenarios/1.csv (the group of each of its blocks,
                 by code; 0 for none) and scenarios/2.csv (the names of groups), row 2 to
                 scenarios/3.csv and scenarios/4.csv, and so on
""",
    nouns=("redrawn map", "redrawn maps"),
    folders=("scenarios",),
    open=_open,
    write=_write,
    read=_read,
    check=_check,
)
"""Opened: the scenarios, their layers registered."""
