"""Taking away: what a page shows as one zip, made when it is asked for."""

from collections.abc import Sequence
from datetime import UTC, datetime

import geopandas as gpd
import streamlit as st

from mapping.atoms import postcodes, vintage
from mapping.errors import MappingError
from mapping.geography import layers, lenses
from mapping.takeaway import Request, bundle, export
from mapping.wording import findings, say_problem
from pages.shared import (
    cache,
    choices,
    files,
    held,
    layout,
    parts,
    people,
    registers,
    router,
    state,
    visit,
)
from pages.shared.choices import Choice
from pages.shared.visit import PageRun

NOT_OURS = {"workspaces"}
"""Tables that are on a page and not part of its view."""
MIN_RESIDUAL_SHARE = 0.0005
"""A smaller share of a place in no area is not worth a sentence."""
KEY_WORDS = "Include access to the workspace (anyone with the file can then open and change it)"
LINK_WORDS = "Include the link to the workspace (it opens for those who hold a role in it)"
INTRODUCTION = (
    "Download everything on this page as a zip: map image, tables, map areas for GIS, a note on "
    "method, and a file that reopens this view."
)


def box(choice: Choice) -> None:
    """Offer what this run has shown, if it is a view: in the slot above the page."""
    shown = visit.get_shown()
    if shown.slot is not None and shown.finding and not choice.projector:
        with shown.slot:
            _box(choice, shown)


@parts.part
def _box(choice: Choice, shown: PageRun) -> None:
    """Draw the button; what is behind it is made once it is opened."""
    popover = st.popover(
        "Download this page",
        icon=":material/download:",
        **state.popover(f"cg-take-{shown.page}", is_apart=True),
    )
    if popover.open:
        with popover:
            _draw_inside(choice, shown)


def is_open(shown: PageRun) -> bool:
    """Tell whether the reader has opened the box: what it offers is of what was shown then."""
    return bool(state.read_widget(f"cg-take-{shown.page}"))


def _draw_inside(choice: Choice, shown: PageRun) -> None:
    st.caption(INTRODUCTION)
    has_key = choice.kept != registers.NO_WORKSPACE
    with_key = has_key and st.checkbox(LINK_WORDS if people.is_on() else KEY_WORDS, key="_with_key")
    if with_key not in shown.made:
        try:
            with st.spinner("Making the zip: tables, areas, picture…", show_time=True):
                shown.made[with_key] = make_bundle(choice, shown, with_key=with_key)
        except MappingError as fault:
            layout.problem(fault)
            return
    content = shown.made[with_key]
    name = f"{export.file_stem(choice.place.name, shown.page.replace('_', ' '))}.zip"
    files.offer(
        f"Download the zip ({_size(content)})",
        content,
        name,
        "application/zip",
        key="cg-take-zip",
        icon=":material/folder_zip:",
        type="primary",
    )


def _size(content: bytes) -> str:
    kilobytes = len(content) / 1_000
    return f"{kilobytes / 1_000:.1f} MB" if kilobytes >= 1_000 else f"{kilobytes:.0f} kB"


def make_bundle(choice: Choice, shown: PageRun, *, with_key: bool = False) -> bytes:
    """Make the bundle of what a page has shown."""
    said: list[str] = []
    tables = _tables(choice, shown)
    shapes = _shapes(choice, shown, said)
    png = _png(choice, shown, said)
    asked = request_of(choice, shown, with_key=with_key)
    return bundle.write(
        _words(choice, shown, asked, said), tables=tables, shapes=shapes, png=png, asked=asked
    )


def request_of(choice: Choice, shown: PageRun, *, with_key: bool = False) -> Request:
    """Write down the page and every choice, so that the view can be opened again."""
    data = vintage.read_vintage(postcodes.DATA)
    kept, version = choice.kept.workspace, choice.kept.version
    view = {**choices.USUAL, **state.read_view()}
    left_out = {record.name for record in choices.RECORDS if not record.is_taken}
    return Request(
        page=shown.page,
        choices={name: text for name, text in view.items() if name not in left_out},
        build=data.build,
        as_at=data.as_at,
        finding=shown.finding,
        workspace=registers.workspace(choice.kept).name if kept else "",
        workspace_version=version,
        workspace_id=kept if with_key else "",
    )


def _list_ours(shown: PageRun) -> dict[str, visit.ShownTable]:
    """Return the tables to take away by key, the map's own (those with shapes) first."""
    found = [(key, table) for key, table in shown.tables.items() if key not in NOT_OURS]
    return dict(sorted(found, key=lambda item: item[1].shapes is None))


def _source(choice: Choice, table: visit.ShownTable) -> str:
    return export.note(table.caption, choice.by, table.used, limits=table.limits)


def _tables(choice: Choice, shown: PageRun) -> list[bundle.TableFile]:
    return [
        bundle.TableFile(key, one.caption, one.round(), _source(choice, one), one.headings)
        for key, one in _list_ours(shown).items()
    ]


def _shapes(choice: Choice, shown: PageRun, said: list[str]) -> list[bundle.Shapes]:
    """Gather the shapes of tables, or the areas of the map where no table has any; and lines."""
    found = []
    for key, one in _list_ours(shown).items():
        if one.shapes is None:
            continue
        try:
            found.append(bundle.Shapes(key, one.caption, one.shapes(), _source(choice, one)))
        except MappingError as fault:
            said.append(f"There are no map areas for “{one.caption}”: {say_problem(fault)}")
    from mapping.drawing.picture import still  # draws: loaded when somebody takes a view away

    if not found:
        found += _gather_map_shapes(choice, shown, "map", still.areas(shown.drawn))
    return found + _gather_map_shapes(choice, shown, "lines", still.lines(shown.drawn))


def _gather_map_shapes(
    choice: Choice, shown: PageRun, name: str, frame: gpd.GeoDataFrame | None
) -> list[bundle.Shapes]:
    if frame is None:
        return []
    used = list(shown.layers.values())
    source = export.note(f"{shown.map_title}.", choice.by, used)
    return [bundle.Shapes(name, f"{shown.map_title}, {name}.", frame, source)]


def _png(choice: Choice, shown: PageRun, said: list[str]) -> bytes | None:
    """Draw what the map shows; where there is none, say so and go without."""
    if not shown.map_title:
        has_map = router.BY_NAME[shown.page].has_map
        why = "the map of this page could not be drawn" if has_map else "this page has no map"
        said.append(f"There is no picture: {why}.")
        return None
    from mapping.drawing import picture
    from mapping.drawing.picture import still

    place = shown.map_place or choice.place
    atoms, here = postcodes.table(), place.positions
    seen = still.make_still(
        shown.drawn,
        atoms.easting[here],
        atoms.northing[here],
        bounds=cache.bounds(cache.key_of(place)),
    )
    return picture.png(
        shown.finding,
        seen.layers,
        legend=[*seen.legend, *shown.legend],
        attribution=export.attribution(),
        note=f"{shown.map_title}. Figures: {lenses.counts(choice.by)}; postcodes of "
        f"{postcodes.name_month()}, a dot each. {export.DERIVED}",
        extent=shown.map_place.bounds if shown.map_place else seen.extent,
    )


def _words(choice: Choice, shown: PageRun, asked: Request, said: list[str]) -> bundle.MethodNote:
    today = datetime.now(UTC)
    limits = [one.limits for one in _list_ours(shown).values() if one.limits]
    return bundle.MethodNote(
        page=router.BY_NAME[shown.page].title,
        place=choice.place.label,
        finding=shown.finding,
        explain=shown.explain,
        numbers=shown.numbers,
        choices=_list_chosen(shown, asked),
        counted=f"{findings.capitalise(lenses.counts(choice.by))}. {explain_counting(choice)}",
        layers=list(list_used(shown).values()),
        residuals=_residuals(choice, list(list_used(shown))),
        limits=[*dict.fromkeys(limits), *said],
        made=f"{today.day} {today:%B %Y}",
        data=f"Postcodes of {postcodes.name_month()}; build {asked.build} of the data.",
        own=_say_own(choice, asked),
    )


def list_used(shown: PageRun) -> dict[str, layers.Layer]:
    """Return the layers that a page has used so far, in sentences, maps and tables, by key."""
    found = {**shown.layers}
    for one in _list_ours(shown).values():
        found |= {layer.key: layer for layer in one.used}
    return found


def explain_counting(choice: Choice) -> str:
    """Tell how the lens counts, in full, and what one's own leaves out."""
    told = layout.explain_lens(choice) if choice.by in lenses.LENSES else ""
    return " ".join(filter(None, (told, lenses.note(choice.by))))


def _list_chosen(shown: PageRun, asked: Request) -> list[tuple[str, str]]:
    """List the choices that shape the view, in words."""
    made = asked.choices.get(choices.SHOWN, "").split(".")
    found = []
    for record in choices.RECORDS:
        text = asked.choices.get(record.name, "")
        is_here = shown.page in (record.pages or [shown.page])
        if text and is_here and record.words and record.say:
            by_page = " (chosen by the page)" if record.name in made else ""
            found.append((findings.capitalise(record.words), f"{record.say(text)}{by_page}"))
    return found


def _residuals(choice: Choice, keys: Sequence[str]) -> list[str]:
    """Say of each map that was used how much of the place has no area on it."""
    place, named = cache.key_of(choice.place), findings.name_place(choice.place)
    here = cache.present_keys(place, choice.own_layers)
    present = tuple(key for key in keys if key in here)
    if not present:
        return []
    shares = cache.list_two_way(place, present, choice.by)
    bare = shares[(shares["code"] == "") & (shares["share_of_place"] > MIN_RESIDUAL_SHARE)]
    told = [
        f"Outside any {layers.get(row.layer).noun}: "
        f"{findings.say_share(row.share_of_place, choice.by)} in {named}."
        for row in bare.itertuples()
    ]
    return told or [f"Nobody: all of {named} is covered by every map used."]


def _say_own(choice: Choice, asked: Request) -> str:
    draft = held.draft()
    told = []
    if asked.workspace:
        told.append(
            f"The organisations of the workspace “{asked.workspace}” (version "
            f"{asked.workspace_version}) are included as well as the built-in ones."
        )
    if draft is not None and not draft.saved:
        told.append(
            f"The file “{draft.file_name}” is not saved: the Upload page counts it, and reopening "
            "this view does not bring it back."
        )
    return " ".join(told)
