"""Tables: a sheet of areas and the unit of each becomes a layer, and every row is accounted for."""

import re
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.errors import MappingError, NothingCountsError
from mapping.footprints import KEYS, Advance, outcomes, resolving, ticks
from mapping.geocode import MAX_SHOWN, Answer, areas
from mapping.geography import Layer, coded_areas, layers, lookups
from mapping.intake import Sheet
from mapping.own_maps.lists import split_lists
from mapping.own_maps.own_map import (
    CORRECTED,
    MATCHED,
    UNMATCHED,
    Facts,
    OwnMap,
    make_rows,
)
from mapping.own_maps.roles import Roles, are_numbers
from mapping.own_maps.units import Units, note_names, note_repeated, settle_units
from mapping.places import Place
from mapping.wording import capitalise, join_names, write_count

REDRAWN = "no small area of 2011 has this code; those drawn anew since are not known here"
NO_MIDDLE_AREAS = "a middle-sized census area, which we do not have: give small areas"
NOT_LISTED = {
    r"[EWS]00\d{6}": lookups.NO_OUTPUT_AREAS,
    r"[EWS]01\d{6}": REDRAWN,
    r"[EWS]02\d{6}": NO_MIDDLE_AREAS,
}
"""Why codes that look like these are not known, though they may well be in use."""
HAS_OWN = "that has a row of its own, which counts"
NO_COLUMN = (
    "Expected a column of areas and one of what each belongs to; found {}. Choose them from the "
    "columns there are."
)


def _say_no_unit(frame: pd.DataFrame, area: str) -> str:
    """Say what stands beside areas that belong to nothing."""
    others = [str(name) for name in frame.columns if name != area]
    marked = [name for name in others if ticks.is_ticked(frame[name])]
    if marked:
        return (
            f"only marks in {join_names(marked)}, where a name in one column would say which of "
            "these each area is in"
        )
    counted = [name for name in others if are_numbers(frame[name])]
    if counted:
        return (
            f"only numbers in {join_names(counted)}, where names in one column would say what each "
            "area belongs to (and a row for each area and body how many people of it are there)"
        )
    return "nothing that they belong to"


class _Said(NamedTuple):
    """What each row says: its area as a code, where that is known, and what came of it, (rows,)."""

    code: np.ndarray
    outcome: np.ndarray
    reason: np.ndarray
    candidates: np.ndarray
    questions: pd.DataFrame


def read_table(
    sheet: Sheet,
    roles: Roles,
    facts: Facts,
    *,
    place: Place | None = None,
    choices: Mapping[str, str] | None = None,
    groups: pd.DataFrame | None = None,
    accept: int = 101,
    advance: Advance = lambda share, what: None,
) -> OwnMap:
    """Make a layer of a sheet; ``roles`` says what its columns are.

    An area is written as a code or postcode, or as anything else that ``geocode`` understands:
    former codes, names of wards and councils; a cell may list several codes. ``place``, ``choices``
    and ``accept`` settle names with several meanings (see ``footprints.read``). A row whose area
    lies wholly in smaller ones of the table is told so, and so are areas that are given several
    units. With a column of people several units share an area, and ``groups`` may say what they
    belong to: ``layers.from_shares``.
    """
    frame = sheet.frame
    if not roles.area or not roles.unit or roles.area == roles.unit:
        found = "no areas" if not roles.area else _say_no_unit(frame, roles.area)
        blank = np.full(len(frame), "", dtype=object)
        rows = make_rows(
            sheet.row_numbers,
            np.full(len(frame), UNMATCHED, dtype=object),
            blank,
            area=frame[roles.area].to_numpy(object) if roles.area else blank,
            unit=frame[roles.unit].to_numpy(object) if roles.unit else blank,
            candidates=blank,
        )
        return OwnMap(None, NO_COLUMN.format(found), rows, notes=sheet.notes)
    numbers, notes = sheet.row_numbers, list(sheet.notes)
    if not roles.people:
        rows_of, texts = split_lists(frame[roles.area])
        if len(rows_of) > len(frame):
            several = write_count(int((np.bincount(rows_of) > 1).sum()), "cell lists", "cells list")
            notes.append(f"{capitalise(several)} several areas, each of which is a row here.")
            frame = frame.iloc[rows_of].reset_index(drop=True).assign(**{roles.area: texts})
            numbers = numbers[rows_of]
    said = _answer_areas(frame, roles, place, choices, accept, advance)
    advance(0.8, "the layer")
    units = settle_units(frame[roles.unit], totals=bool(roles.people))
    if not roles.people:
        _prefer_exact(said, lookups.write_texts(frame[roles.area]), units.texts)
    layer, residual, problem = _make_layer(frame, roles, facts, said.code, units.texts, groups)
    outcome, reason = said.outcome.copy(), said.reason.copy()
    _tell_units(units, outcome, reason)
    _tell_residual(residual, outcome, reason)
    rows = make_rows(
        numbers,
        outcome,
        reason,
        area=frame[roles.area].to_numpy(object),
        unit=frame[roles.unit].to_numpy(object),
        candidates=said.candidates,
    )
    if roles.name:
        notes += note_names(units.texts, frame[roles.name])
    if roles.people and layer is not None:
        notes += note_repeated(said.code, units.texts)
    return OwnMap(layer, problem, rows, said.questions, tuple(notes))


def _answer_areas(
    frame: pd.DataFrame,
    roles: Roles,
    place: Place | None,
    choices: Mapping[str, str] | None,
    accept: int,
    advance: Advance,
) -> _Said:
    """Look up codes and postcodes as they are, and only the rest as texts that may be names."""
    text = lookups.write_texts(frame[roles.area])
    code = text.to_numpy(object).copy()
    outcome = np.full(len(frame), MATCHED, dtype=object)
    reason, candidates = (np.full(len(frame), "", dtype=object) for _ in range(2))
    unknown = np.flatnonzero((coded_areas.identify(text).kind < 0) & (text != "").to_numpy())
    if not len(unknown):
        return _Said(
            code,
            outcome,
            reason,
            candidates,
            outcomes.questions(pd.DataFrame(columns=KEYS), [], np.empty(0, dtype="int64")),
        )
    within = lookups.write_texts(frame[roles.within]) if roles.within else ""
    asked = pd.DataFrame({"text": text, "kind": "", "within": within}).iloc[unknown]
    number = asked.groupby(KEYS, sort=False).ngroup().to_numpy()
    distinct = asked.drop_duplicates(ignore_index=True)
    answers = resolving.resolve(
        distinct,
        shapes=[],
        place=place,
        choices=choices,
        accept=accept,
        advance=lambda share, what: advance(0.8 * share, what),
    )
    told = [
        _tell(answer, str(text)) for answer, text in zip(answers, distinct["text"], strict=True)
    ]
    for column, cells in zip(
        (code, outcome, reason, candidates), zip(*told, strict=True), strict=True
    ):
        column[unknown] = np.array(cells, dtype=object)[number]
    asked_rows = np.bincount(number, minlength=len(distinct))
    return _Said(
        code, outcome, reason, candidates, outcomes.questions(distinct, answers, asked_rows)
    )


def _tell(answer: Answer, text: str) -> tuple[str, str, str, str]:
    """Return the code that an answer stands for, the outcome, why, and what may be meant.

    A text that stands for none is returned as it is, for what is left over to be listed by.
    """
    candidates = "; ".join(map(str, answer.candidates[:MAX_SHOWN]))
    if answer.area < 0:
        why = next((why for code, why in NOT_LISTED.items() if re.fullmatch(code, text, re.I)), "")
        return text, answer.outcome, why or answer.reason, candidates
    kind = areas.kind_of(answer.area)
    if kind not in coded_areas.KINDS:
        why = f"{areas.label(answer.area)} cannot be used here: give the areas that it is made of"
        return text, UNMATCHED, why, ""
    outcome = CORRECTED if answer.reason else MATCHED
    return areas.code_of(answer.area), outcome, answer.reason, ""


def _make_layer(
    frame: pd.DataFrame,
    roles: Roles,
    facts: Facts,
    code: np.ndarray,
    unit: np.ndarray,
    groups: pd.DataFrame | None,
) -> tuple[Layer | None, pd.DataFrame, str]:
    """Make the layer; without one, say why. And list why rows count for nothing."""
    table = pd.DataFrame({"area": code, "unit": unit})
    if roles.name:
        table["name"] = frame[roles.name].to_numpy(object)
    columns = {"areas": "area", "units": "unit", "names": "name" if roles.name else ""}
    try:
        if roles.people:
            table["people"] = frame[roles.people].to_numpy(object)
            layer = layers.from_shares(
                table, people="people", groups=groups, **columns, **facts.texts()
            )
        else:
            layer = layers.from_lookup(table, **columns, **facts.texts())
    except NothingCountsError as fault:
        return None, fault.residual, str(fault)
    except MappingError as fault:
        return None, pd.DataFrame(columns=["area", "unit", "reason"]), str(fault)
    return layer, layer.residual, ""


def _prefer_exact(said: _Said, text: pd.Series, unit: np.ndarray) -> None:
    """Set aside rows whose area was taken for one that has a row, and a unit, of its own.

    A list of postcodes has those that ended as well, and the nearest to one may be in another unit.
    """
    taken = said.outcome == CORRECTED
    if not taken.any():
        return
    found = coded_areas.identify(pd.Series(said.code, dtype="str"))
    rows = pd.DataFrame({"area": found.kind * 2**32 + found.number, "unit": unit})
    exact = rows[(said.outcome == MATCHED) & (found.kind >= 0) & (unit != "")]
    pairs = set(exact.itertuples(index=False, name=None))
    for row in np.flatnonzero(taken & rows["area"].isin(exact["area"]).to_numpy()):
        if tuple(rows.iloc[row]) not in pairs:
            said.outcome[row], said.code[row] = UNMATCHED, text.iloc[row]
            said.reason[row] = f"{said.reason[row]}; {HAS_OWN}"


def _tell_units(units: Units, outcome: np.ndarray, reason: np.ndarray) -> None:
    """Say in rows that spell their unit otherwise how it is read, and in some that it is none."""
    is_known = np.isin(outcome, (MATCHED, CORRECTED))
    for row in np.flatnonzero(units.respelt & is_known):
        outcome[row] = CORRECTED
        reason[row] = "; ".join(filter(None, (reason[row], f"read as “{units.texts[row]}”")))
    own = (units.refused != "") & is_known
    outcome[own], reason[own] = UNMATCHED, units.refused[own]


def _tell_residual(residual: pd.DataFrame, outcome: np.ndarray, reason: np.ndarray) -> None:
    """Say in the rows that count for nothing why they do not, where nothing else is said."""
    for row, why in zip(residual.index, residual["reason"], strict=True):
        if outcome[row] in (MATCHED, CORRECTED):
            outcome[row] = CORRECTED if why == lookups.TAKEN else UNMATCHED
            reason[row] = "; ".join(filter(None, (reason[row], why)))
