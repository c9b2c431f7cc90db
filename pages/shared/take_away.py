"""Taking away: what a page shows as one zip, made when it is asked for."""

from collections.abc import Sequence
from datetime import UTC, datetime

import geopandas as gpd
import streamlit as st

from mapping.atoms import postcodes, vintage
from mapping.drawing import picture
from mapping.drawing.picture import still
from mapping.errors import MappingError
from mapping.geography import layers, lenses
from mapping.takeaway import Request, bundle, export
from mapping.wording import findings
from pages.shared import cache, layout, registers, router, state, visit
from pages.shared.state import Choice
from pages.shared.visit import Shown

NOT_OURS = {"workspaces"}
"""Tables that stand on a page and are no part of its view."""
LEFT_OUT = {"workspace", "keys", "projector"}
"""Choices that a request does not hold: a key, and how the reader likes to read."""
ONLY_HERE = {"distance": "mismatches", "least": "mismatches"}
"""Choices that have a usual value and mean something on one page alone."""
LITTLE = 0.0005
"""A smaller share of a place in no area is not worth a sentence."""
KEY_WORDS = "Put the workspace's key in: whoever has the file may open the workspace, and change it"
WORDS = (
    "Everything this page shows as one zip: the map as a picture, tables, areas for QGIS, a note "
    "on the method, and a request that opens this view again."
)


def box(choice: Choice) -> None:
    """Offer what this run has shown, if it is a view: in the slot above the page."""
    shown = visit.shown()
    if shown.slot is not None and shown.finding and not choice.projector:
        with shown.slot:
            _box(choice, shown)


@st.fragment
def _box(choice: Choice, shown: Shown) -> None:
    """Draw the button; what is behind it is made once it is opened."""
    popover = st.popover(
        "Take away", icon=":material/download:", key=f"cg-take-{shown.page}", on_change="rerun"
    )
    if popover.open:
        with popover:
            _inside(choice, shown)


def _inside(choice: Choice, shown: Shown) -> None:
    st.caption(WORDS)
    has_key = choice.kept != registers.NOTHING_KEPT
    with_key = has_key and st.checkbox(KEY_WORDS, key="_with_key")
    if with_key not in shown.made:
        with st.spinner("Making the bundle: tables, areas, picture …", show_time=True):
            shown.made[with_key] = made(choice, shown, with_key=with_key)
    content = shown.made[with_key]
    name = f"{export.file_stem(choice.place.name, shown.page.replace('_', ' '))}.zip"
    st.download_button(
        f"Download the zip ({_size(content)})",
        content,
        name,
        "application/zip",
        key="cg-take-zip",
        on_click="ignore",
        icon=":material/folder_zip:",
        type="primary",
    )


def _size(content: bytes) -> str:
    kilobytes = len(content) / 1_000
    return f"{kilobytes / 1_000:.1f} MB" if kilobytes >= 1_000 else f"{kilobytes:.0f} kB"


def made(choice: Choice, shown: Shown, *, with_key: bool = False) -> bytes:
    """Make the bundle of what a page has shown."""
    said: list[str] = []
    tables = _tables(choice, shown)
    shapes = _shapes(choice, shown, said)
    png = _png(choice, shown, said)
    asked = request_of(choice, shown, with_key=with_key)
    return bundle.written(
        _words(choice, shown, asked, said), tables=tables, shapes=shapes, png=png, asked=asked
    )


def request_of(choice: Choice, shown: Shown, *, with_key: bool = False) -> Request:
    """Write down the page and every choice, so that the view can be opened again."""
    data = vintage.of(postcodes.DATA)
    kept, version = choice.kept
    chosen = {**state.USUAL, **state.link_params()}
    return Request(
        page=shown.page,
        choices={key: value for key, value in chosen.items() if key not in LEFT_OUT},
        build=data.build,
        as_at=data.as_at,
        finding=shown.finding,
        workspace=registers.workspace(choice.kept).name if kept else "",
        workspace_version=version,
        workspace_id=kept if with_key else "",
    )


def _ours(shown: Shown) -> dict[str, visit.Table]:
    """Return the tables to take away by key, the map's own (those with shapes) first."""
    found = [(key, table) for key, table in shown.tables.items() if key not in NOT_OURS]
    return dict(sorted(found, key=lambda item: item[1].shapes is None))


def _source(choice: Choice, table: visit.Table) -> str:
    return export.note(table.caption, choice.by, table.used, limits=table.limits)


def _tables(choice: Choice, shown: Shown) -> list[bundle.Table]:
    return [
        bundle.Table(key, one.caption, one.frame, _source(choice, one), one.headings)
        for key, one in _ours(shown).items()
    ]


def _shapes(choice: Choice, shown: Shown, said: list[str]) -> list[bundle.Shapes]:
    """Gather the shapes of tables, or the areas of the map where no table has any; and lines."""
    found = []
    for key, one in _ours(shown).items():
        if one.shapes is None:
            continue
        try:
            found.append(bundle.Shapes(key, one.caption, one.shapes(), _source(choice, one)))
        except MappingError as fault:
            said.append(f"There are no shapes of “{one.caption}”: {fault}")
    if not found:
        found += _of_map(choice, shown, "map", still.areas(shown.drawn))
    return found + _of_map(choice, shown, "lines", still.lines(shown.drawn))


def _of_map(
    choice: Choice, shown: Shown, name: str, frame: gpd.GeoDataFrame | None
) -> list[bundle.Shapes]:
    if frame is None:
        return []
    used = list(shown.layers.values())
    source = export.note(f"{shown.map_title}.", choice.by, used)
    return [bundle.Shapes(name, f"{shown.map_title}, {name}.", frame, source)]


def _png(choice: Choice, shown: Shown, said: list[str]) -> bytes | None:
    """Draw what the map shows; where there is none, say so and go without."""
    if not shown.map_title:
        said.append("There is no picture: the map of this page could not be drawn.")
        return None
    atoms, here = postcodes.table(), choice.place.positions
    seen = still.of(
        shown.drawn,
        atoms.easting[here],
        atoms.northing[here],
        bounds=cache.bounds(cache.key_of(choice.place)),
    )
    return picture.png(
        shown.finding,
        seen.layers,
        legend=[*seen.legend, *shown.legend],
        attribution=export.attribution(),
        note=f"{shown.map_title}. Counted: {lenses.counts(choice.by)}; postcodes of "
        f"{postcodes.as_at()}, a dot each. {export.DERIVED}",
        extent=seen.extent,
    )


def _words(choice: Choice, shown: Shown, asked: Request, said: list[str]) -> bundle.Words:
    today = datetime.now(UTC)
    limits = [one.limits for one in _ours(shown).values() if one.limits]
    return bundle.Words(
        page=router.BY_NAME[shown.page].title,
        place=choice.place.label,
        finding=shown.finding,
        explain=shown.explain,
        numbers=shown.numbers,
        choices=_chosen(shown, asked),
        counted=f"{findings.begun(lenses.counts(choice.by))}. {counting(choice)}",
        layers=list(_used(shown).values()),
        residuals=_residuals(choice, list(_used(shown))),
        limits=[*dict.fromkeys(limits), *said],
        made=f"{today.day} {today:%B %Y}",
        data=f"Postcodes of {postcodes.as_at()}; build {asked.build} of the data.",
        own=_own(choice, asked),
    )


def _used(shown: Shown) -> dict[str, layers.Layer]:
    found = {**shown.layers}
    for one in _ours(shown).values():
        found |= {layer.key: layer for layer in one.used}
    return found


def counting(choice: Choice) -> str:
    """Tell how the lens counts, in full, and what one's own leaves out."""
    told = layout.how_counted(choice) if choice.by in lenses.LENSES else ""
    return " ".join(filter(None, (told, lenses.note(choice.by))))


def _chosen(shown: Shown, asked: Request) -> list[tuple[str, str]]:
    """List the choices that shape the view, in words."""
    found = _spot(shown, asked)
    for key, words in state.WORDS.items():
        value = asked.choices.get(key, "")
        if key == "by" or not value or ONLY_HERE.get(key, shown.page) != shown.page:
            continue
        found.append((findings.begun(words), _in_words(key, value)))
    return found


def _spot(shown: Shown, asked: Request) -> list[tuple[str, str]]:
    """Say in words which spot, ward or set a view looks at, if its page has any."""
    pages, at = ("place", "who_works_here"), asked.choices
    told = {"at": "Spot", "ward": "Ward"} if shown.page in pages else {}
    told |= {"set": "Set looked at"} if shown.page == "partner_sets" else {}
    return [(words, at[key]) for key, words in told.items() if at.get(key)]


def _in_words(key: str, value: str) -> str:
    if key in ("layers", "a", "b", "base"):
        return findings.listed([layers.get(one).title for one in value.split(",")], 99)
    units = {"distance": " metres", "least": " % of both areas; the table here has all"}
    return f"{value}{units.get(key, '')}"


def _residuals(choice: Choice, keys: Sequence[str]) -> list[str]:
    """Say of each map that was used how much of the place has no area on it."""
    place = cache.key_of(choice.place)
    present = tuple(key for key in keys if key in cache.present_keys(place))
    if not present:
        return []
    shares = cache.two_way(place, present, choice.by)
    bare = shares[(shares["code"] == "") & (shares["share_of_place"] > LITTLE)]
    told = [
        f"In no {layers.get(row.layer).noun}: {findings.share(row.share_of_place)} of "
        f"{findings.those(choice.by)} of {choice.place.name}."
        for row in bare.itertuples()
    ]
    return told or [f"Nobody: all of {choice.place.name} has an area on each of these maps."]


def _own(choice: Choice, asked: Request) -> str:
    draft = state.draft()
    told = []
    if asked.workspace:
        told.append(
            f"The organisations of the workspace “{asked.workspace}” (version "
            f"{asked.workspace_version}) count beside those that ship."
        )
    if draft is not None and not draft.saved:
        told.append(
            f"The file “{draft.file_name}” is not saved: the page Upload counts it, and "
            "a request cannot open it again."
        )
    return " ".join(told)
