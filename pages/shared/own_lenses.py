"""Lenses: the built-in ones, and those of the open workspace; what each counts, and how."""

import numpy as np

from mapping import places
from mapping.atoms import postcodes
from mapping.geography import counted, directory, lenses
from mapping.wording import findings
from mapping.workspaces import OwnLens
from pages.shared import answers, registers
from pages.shared.cache import Key
from pages.shared.registers import WorkspaceKey

USUAL_LENS = "residents"
MAX_NAME_LETTERS = 30
BRIEF = {
    "residents": "Resident numbers are estimates based on postcodes and the census.",
    "postcodes": "Every postcode counts as one.",
    "land": "Figures are of land area, shared out to the nearest postcode.",
}
IN_FULL = {
    "residents": "We give every small census area in a nation the same average population and "
    "share it equally among its residential postcodes; then we adjust every council area to its "
    "census. It is an estimate: it misses student halls, care homes and growth since 2011.",
    "postcodes": "Every postcode current in {} counts as one, including those of offices.",
    "land": "Every postcode has the land that is nearer to it than to any other postcode, up to "
    "the coast.",
}
LABELS = {"residents": "Residents (estimated)", "postcodes": "Postcodes", "land": "Land area"}


def map_own(kept: WorkspaceKey) -> dict[str, OwnLens]:
    """Return the lenses of a workspace by their key, ready to be counted by."""
    return {lens.by: lens for lens in registers.own_lenses(kept)}


def keys(kept: WorkspaceKey) -> list[str]:
    """Return the keys of all lenses that can be chosen."""
    return [*lenses.LENSES, *map_own(kept)]


def check_at_hand(kept: WorkspaceKey, by: str, problems: list[str]) -> str:
    """Return a lens, or the usual one where somebody's own is not at hand, and say so."""
    if not by.startswith(lenses.OWN) or by in map_own(kept):
        return by
    where = (
        "figures that the open workspace does not have"
        if kept != registers.NO_WORKSPACE
        else "figures from a workspace that is not open"
    )
    problems.append(f"This link uses {where}. We are showing residents instead.")
    return USUAL_LENS


def drop_own(by: str) -> str:
    """Return what is counted by once another workspace is opened."""
    return USUAL_LENS if by.startswith(lenses.OWN) else by


def label(by: str, lens: OwnLens | None) -> str:
    """Name a lens in the box to choose from: somebody's own with the name of its file."""
    if lens is None:
        return heading(by)
    return f"{lenses.counts(by)} ({lens.name[:MAX_NAME_LETTERS]})"


def heading(by: str) -> str:
    """Name what a lens counts, without its unit."""
    return LABELS.get(by, findings.heading(by)) if by != "residents" else findings.heading(by)


def brief(kept: WorkspaceKey, by: str) -> str:
    """Say what is counted, in a sentence."""
    if by in BRIEF:
        return (by == "residents" and counted.say_source()) or BRIEF[by]
    return f"Figures are your own: {lenses.counts(by)}, from “{map_own(kept)[by].name}”."


def explain_in_full(by: str) -> str:
    """Say how a lens counts, in full; of somebody's own, what is left over."""
    if by == "residents" and (said := counted.say_source()):
        return said if not counted.say_estimated() else f"{said} There: {IN_FULL[by]}"
    return IN_FULL[by].format(postcodes.name_month()) if by in IN_FULL else lenses.note(by)


def need_keys(kept: WorkspaceKey) -> list[str]:
    """List what wards may be weighed by: own lenses, and numbers of a postcode directory."""
    return [*map_own(kept), *directory.needs()]


def find_need(kept: WorkspaceKey, by: str) -> OwnLens:
    """Return what wards are weighed by: see ``need_keys``."""
    return _open_need(by) if directory.is_key(by) else map_own(kept)[by]


def label_need(kept: WorkspaceKey, by: str) -> str:
    """Name a need in the box to choose from."""
    return directory.needs()[by] if directory.is_key(by) else label(by, map_own(kept)[by])


def head_need(by: str) -> str:
    """Head a column of a need."""
    return directory.needs()[by] if directory.is_key(by) else heading(by)


@answers.share(max_entries=2)
def _open_need(by: str) -> OwnLens:
    """Write a rank of the postcode directory as a need: its first has 100, its last almost 0."""
    values = directory.read_need(by)
    positions = np.flatnonzero(~np.isnan(values))
    return OwnLens("the postcode directory", "need", positions, values[positions], id=by, by=by)


def say_beside(place: Key, kept: WorkspaceKey, by: str) -> str:
    """Say what somebody's own lens leaves over, in the file and in a place; "" for others."""
    if by not in need_keys(kept):
        return ""
    lens = find_need(kept, by)
    from mapping.own_weights import own_lens  # reads files as well: no first map waits for it

    missing = _measure_without_number(place, kept, by)
    here = findings.name_place(places.at(*place))
    said = f"In {here} {findings.share(missing)} of postcodes have no figure and count as 0."
    if missing in (0, 1):
        said = "" if missing == 0 else f"Your file has no figures for {here}."
    return f"{own_lens.brief(lens)} {said}".strip()


@answers.share(max_entries=128)
def _measure_without_number(place: Key, kept: WorkspaceKey, by: str) -> float:
    from mapping.own_weights import own_lens

    return own_lens.share_without(find_need(kept, by), places.at(*place).positions)
