"""Lookups: a table of areas and the unit of each becomes a layer.

An area is a postcode, a small area (LSOA or data zone of 2011, or of 2021 with a postcode
directory), a postcode sector or district, a ward, a council area, a county or a region, by its
code; one table may mix them. Where areas lie in each other the smallest holds, in the order of
``coded_areas.KINDS``.
"""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

import numpy as np
import pandas as pd

from mapping.atoms import blocks, table
from mapping.errors import MappingError, NothingCountsError
from mapping.geography import catalogue, coded_areas, registry
from mapping.geography.layer import SCALES, Grain, Layer, as_noun, pluralise, slug

OUTPUT_AREA = r"[EWS]00\d{6}"
MAX_TITLE_LETTERS = 80
MAX_EXAMPLES = 5
NO_AREA = "no area is written here"
NO_UNIT = "no unit is written here"
NOT_KNOWN = "this is not the code of a current postcode, small area, ward or council area"
NO_OUTPUT_AREAS = "an output area, which we do not have: give small areas or postcodes"
TAKEN = "smaller areas in this table hold all of it"
UNNAMED, CONTRADICTED = -2, -1
"""In place of an area's unit: the table does not name it; it gives it several units."""


def from_lookup(
    frame: pd.DataFrame,
    *,
    areas: str,
    units: str,
    title: str,
    scale: str,
    names: str = "",
    **facts: str,
) -> Layer:
    """Make a layer from a table that says which unit each area belongs to, and register it.

    ``areas`` and ``units`` name its columns: an area is a postcode or the code of a small area,
    postcode sector, ward, postcode district, council area, county or region (kinds may be mixed),
    a unit is any text; ``names`` may name a column with the units' names. Of areas within each
    other the smallest holds. One that is given several units is in none. ``scale`` is one of
    ``SCALES``; further ``facts`` are texts of ``Layer`` (plural, sector, source, as_at, …).

    The layer's key hashes its content, whatever the order of rows that count: the same content is
    the same object, and ``layers.get`` finds it. Its ``residual`` has a row for each row of the
    table that no postcode follows, under its index; columns: area, unit, reason.

    Raises MappingError for a missing column, another scale, and a table of which no row counts.

    >>> teams = {"area": ["E01000842", "NW5 2AA", "X"], "team": ["North", "South", "South"]}
    >>> frame = pd.DataFrame(teams)
    >>> layer = from_lookup(frame, areas="area", units="team", title="Team", scale="hyperlocal")
    >>> layer.names.tolist(), layer.residual["area"].tolist()
    (['North', 'South'], ['X'])
    """
    check_columns(frame, [areas, units, *([names] if names else [])])
    area, unit = (write_texts(frame[column]) for column in (areas, units))
    found = coded_areas.identify(area)
    reason = explain_uncounted(area, unit, found)
    codes, number = np.unique(unit.to_numpy(str), return_inverse=True)
    number = np.where(reason == "", number, UNNAMED)
    number, reason = _set_contradictions_aside(found, number, codes, reason)
    grain, painted = paint(found, number)
    painted = np.maximum(painted, -1)
    reason[(reason == "") & ~is_followed(found, number, grain, painted)] = TAKEN
    residual = pd.DataFrame({"area": area, "unit": unit, "reason": reason})[reason != ""]
    if not (painted >= 0).any():
        raise NothingCountsError(say_none_known(frame, residual), residual)
    labels = name_units(unit, write_texts(frame[names]), codes) if names else codes
    return finish(painted, grain, codes, labels, residual, title=title, scale=scale, **facts)


def finish(
    numbers: np.ndarray,
    grain: Grain,
    codes: np.ndarray,
    names: np.ndarray,
    residual: pd.DataFrame,
    *,
    title: str,
    scale: str,
    **facts: str,
) -> Layer:
    """Make and register a layer of units by ward, block or postcode (-1 none), as coarse as fits.

    ``codes`` and ``names`` have one entry a unit; units that nothing lies in are left out.
    ``called`` is what one unit is called inside a sentence, where the title is a name.
    Raises MappingError for a scale that is none, no title, and facts that no layer has.
    """
    make = partial(Layer, called=facts.pop("called", ""))
    texts = check_facts(title, scale, facts)
    numbers, grain = coarsen(numbers, grain)
    own, present = number_present(numbers, len(codes))
    return register(own, grain, codes[present], names[present], residual, texts, make=make)


def number_present(numbers: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Number the units that something lies in anew, in their order, and return which they are."""
    present = np.unique(numbers[numbers >= 0])
    rank = np.full(size + 1, -1, dtype="int16" if len(present) < 2**15 else "int32")
    rank[present] = np.arange(len(present))
    return rank[numbers], present


def _give(own: np.ndarray) -> np.ndarray:
    """Return what a layer holds; of a module, so that another process can be sent the layer."""
    return own


def register(
    own: np.ndarray,
    grain: Grain,
    codes: np.ndarray,
    names: np.ndarray,
    residual: pd.DataFrame,
    texts: dict[str, str],
    *,
    make: Callable[..., Layer] = Layer,
    more: Sequence[np.ndarray] = (),
) -> Layer:
    """Register a layer under the key that its content has; ``texts`` as of ``check_facts``.

    What ``make`` makes holds ``more`` arrays, which its key stands for as well.
    """
    codes, names = codes.astype(str), names.astype(object)
    rows = sorted(map(str, residual.itertuples(name=None)))  # with the table's own index
    told = [grain, *sorted(texts.items()), *codes, *names, *rows]
    key = registry.make_key(told, own, *more)
    return registry.register(
        make(
            **(dict.fromkeys(catalogue.LAYER_TEXTS, "") | texts | {"key": key}),
            codes=codes,
            names=names,
            grain=grain,
            load=partial(_give, own),
            residual=residual,
        )
    )


def make_listed(listed: pd.DataFrame, texts: dict[str, str], base: Layer | None = None) -> Layer:
    """Make a layer that ships from the list of its areas, by the same rules.

    ``listed`` is as ``catalogue.read_listed_areas`` gives it: an area counts only within the
    larger one that is named beside it, and one without a unit is in none. ``texts`` are those of
    ``catalogue.LAYER_TEXTS``. What the list does not name is in the unit of ``base``. Areas that
    are not in use in the data count for nothing. Raises MappingError if the list names an area
    twice, or gives a unit two codes.
    """
    found = coded_areas.identify(listed["area"])
    layer = " ".join(filter(None, (texts["key"], texts["edition"])))
    if listed.empty:
        raise MappingError(
            f"Expected the areas of {layer} in service_areas.csv; found no row of this layer and "
            "edition. Add a row an area, or correct their columns layer and edition."
        )
    wrong = listed["area"][listed["area"].duplicated().to_numpy()]
    if len(wrong):
        raise MappingError(
            f"Expected each area of {layer} once in service_areas.csv; found {len(wrong):,} of "
            f"{len(listed):,} rows again ({', '.join(wrong[:MAX_EXAMPLES])}). Correct the list."
        )
    codes, names = _list_units(listed, base, layer)
    of_row = listed["unit_code"].where(listed["unit_code"] != "", listed["unit"].map(slug))
    unit = np.where(of_row == "", -1, np.searchsorted(codes, of_row.to_numpy(str)))
    grain, painted = paint(found, np.where(found.kind < 0, UNNAMED, unit), listed["within"])
    if base is not None:
        painted, grain = _fill(painted, grain, base, codes)
    numbers, grain = coarsen(np.maximum(painted, -1).astype("int16"), grain)
    present = np.unique(numbers[numbers >= 0])
    rank = np.full(len(codes) + 1, -1, dtype="int16")
    rank[present] = np.arange(len(present))
    own = rank[numbers]
    return Layer(
        **texts,
        codes=codes[present],
        names=names[present].astype(object),
        grain=grain,
        load=partial(_give, own),
    )


def _list_units(
    listed: pd.DataFrame, base: Layer | None, layer: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return the codes, sorted, and names of the units of a list and of what it rests on."""
    code = listed["unit_code"].where(listed["unit_code"] != "", listed["unit"].map(slug))
    frame = pd.DataFrame({"code": code, "name": listed["unit"]})
    frame = frame[frame["name"] != ""].drop_duplicates()
    torn = frame[frame["code"].duplicated(keep=False) | frame["name"].duplicated(keep=False)]
    if len(torn):
        raise MappingError(
            f"Expected one code for each unit of {layer} in service_areas.csv; found several for "
            f"{', '.join(torn['name'].unique()[:MAX_EXAMPLES])}. Correct its column unit_code."
        )
    if base is not None:
        rest = pd.DataFrame({"code": base.codes, "name": base.names})
        frame = pd.concat([frame, rest]).drop_duplicates("code")
    frame = frame.sort_values("code")
    return frame["code"].to_numpy(str), frame["name"].to_numpy(object)


def _fill(
    painted: np.ndarray, grain: Grain, base: Layer, codes: np.ndarray
) -> tuple[np.ndarray, Grain]:
    """Give what a list does not name the units of another layer, by their codes."""
    if base.of_ward is None and grain == "ward":
        grain, painted = "block", painted[blocks().ward]
    own = np.append(np.searchsorted(codes, base.codes), -1)[_units_at(base, grain)]
    return np.where(painted > UNNAMED, painted, own), grain


def coarsen(numbers: np.ndarray, grain: Grain) -> tuple[np.ndarray, Grain]:
    """Write the units of postcodes or blocks by block or ward, where each is all in one unit."""
    known = blocks()
    if grain == "postcode":
        by_block = numbers[known.first]
        if (by_block[known.of_postcode] != numbers).any():
            return numbers, grain
        numbers, grain = by_block, "block"
    if grain == "block":
        by_ward = np.full(len(table().ward_codes), -1, dtype=numbers.dtype)
        by_ward[known.ward] = numbers
        if (by_ward[known.ward] != numbers).any():
            return numbers, grain
        numbers, grain = by_ward, "ward"
    return numbers, grain


def write_texts(column: pd.Series) -> pd.Series:
    """Write a column's entries as texts without blanks around them; "" for none."""
    return column.astype("str").where(column.notna(), "").str.strip()


def explain_uncounted(area: pd.Series, unit: pd.Series, found: coded_areas.Areas) -> np.ndarray:
    """Say why a row does not count, as far as it tells by itself; "" if it does."""
    reason = np.where(found.kind < 0, NOT_KNOWN, "").astype(object)
    reason[(found.kind < 0) & area.str.upper().str.fullmatch(OUTPUT_AREA)] = NO_OUTPUT_AREAS
    reason[(area == "").to_numpy()] = NO_AREA
    reason[(unit == "").to_numpy()] = NO_UNIT
    return reason


def _set_contradictions_aside(
    found: coded_areas.Areas, number: np.ndarray, codes: np.ndarray, reason: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Take the unit from the rows of areas that are given several, and say so."""
    rows = pd.DataFrame({"area": found.kind * 2**32 + found.number, "unit": number})
    known = rows[number >= 0].drop_duplicates()
    torn = known[known["area"].duplicated(keep=False)]
    units = pd.Series(codes[torn["unit"]], index=torn.index).groupby(torn["area"]).agg(sorted)
    said = units.map(
        lambda few: f"this area is given {len(few)} units: {', '.join(few[:MAX_EXAMPLES])}"
    )
    own = (number >= 0) & rows["area"].isin(said.index).to_numpy()
    reason[own] = rows["area"][own].map(said)
    return np.where(own, CONTRADICTED, number), reason


def paint(
    found: coded_areas.Areas, number: np.ndarray, within: pd.Series | None = None
) -> tuple[Grain, np.ndarray]:
    """Give each ward, block or postcode the unit of the smallest area that it lies in.

    UNNAMED for what lies in none. A row with a larger area beside it counts only ``within`` that.
    """
    named = np.unique(found.kind[number > UNNAMED])
    grain = _choose_grain(named)
    painted = np.full(_count(grain), UNNAMED, dtype="int32")
    larger = pd.Series("", index=range(len(number))) if within is None else within
    for kind in named[::-1]:
        own = (found.kind == kind) & (number > UNNAMED)
        if coded_areas.KINDS[kind] == "postcode":
            painted[found.number[own]] = number[own]
            continue
        layer = coded_areas.get_base(coded_areas.KINDS[kind])
        for code in larger[own].unique():
            rows = own & (larger == code).to_numpy()
            unit = np.full(len(layer.codes) + 1, UNNAMED, dtype="int32")
            unit[found.number[rows]] = number[rows]
            new = unit[_units_at(layer, grain)]
            new = new if code == "" else np.where(_is_in(code, grain), new, UNNAMED)
            painted = np.where(new > UNNAMED, new, painted)
    return grain, painted


def _is_in(code: str, grain: Grain) -> np.ndarray:
    """Tell which wards, blocks or postcodes lie in the area of a code."""
    kind, number = coded_areas.identify(pd.Series([code]))
    if kind[0] < 0:
        return np.zeros(_count(grain), dtype=bool)
    return _units_at(coded_areas.get_base(coded_areas.KINDS[kind[0]]), grain) == number[0]


def _choose_grain(named: np.ndarray) -> Grain:
    kinds = {coded_areas.KINDS[kind] for kind in named}
    grains = {"postcode" if key == "postcode" else coded_areas.get_base(key).grain for key in kinds}
    return next((grain for grain in ("postcode", "block") if grain in grains), "ward")


def _count(grain: Grain) -> int:
    if grain == "ward":
        return len(table().ward_codes)
    return len(blocks().ward) if grain == "block" else len(table())


def _units_at(layer: Layer, grain: Grain) -> np.ndarray:
    """Return a layer's units by ward, block or postcode."""
    found = {"ward": layer.of_ward, "block": layer.of_block}.get(grain)
    return layer.unit if found is None else found


def is_followed(
    found: coded_areas.Areas, number: np.ndarray, grain: Grain, painted: np.ndarray
) -> np.ndarray:
    """Tell which rows some postcode follows: (rows,) bool."""
    followed = np.zeros(len(number), dtype=bool)
    for kind in np.unique(found.kind[number >= 0]):
        own = np.flatnonzero((found.kind == kind) & (number >= 0))
        if coded_areas.KINDS[kind] == "postcode":
            followed[own] = True
            continue
        layer = coded_areas.get_base(coded_areas.KINDS[kind])
        unit = np.full(len(layer.codes) + 1, UNNAMED, dtype="int32")
        unit[found.number[own]] = number[own]
        at = _units_at(layer, grain)
        seen = np.zeros(len(layer.codes) + 1, dtype=bool)
        seen[at[(painted == unit[at]) & (at >= 0)]] = True
        followed[own] = seen[found.number[own]]
    return followed


def name_units(unit: pd.Series, names: pd.Series, codes: np.ndarray) -> np.ndarray:
    """Return the name of each unit: its first that is not blank, or else its code."""
    told = pd.Series(names.to_numpy(), index=unit.to_numpy())
    told = told[told != ""]
    told = told.sort_values(kind="stable")  # whatever the order of rows
    told = told[~told.index.duplicated()].reindex(codes)
    return told.where(told.notna(), codes).to_numpy(object)


def check_columns(frame: pd.DataFrame, wanted: list[str]) -> None:
    """Raise MappingError if there is no table, or it lacks one of the columns."""
    if not isinstance(frame, pd.DataFrame):
        raise MappingError(
            f"Expected a table (a pandas DataFrame); found a {type(frame).__name__}. Make one with "
            "pandas.DataFrame(…)."
        )
    named = list(frame.columns)
    missing = [column for column in wanted if column not in named]
    if missing:
        raise MappingError(
            f"Expected columns {', '.join(map(str, wanted))}; {', '.join(map(str, missing))} "
            f"{'is' if len(missing) == 1 else 'are'} not among "
            f"{', '.join(map(str, frame.columns[:MAX_EXAMPLES]))}. Name the columns there are."
        )
    repeated = [column for column in dict.fromkeys(wanted) if named.count(column) > 1]
    if repeated:
        raise MappingError(
            f"Expected each of the columns {', '.join(wanted)} once; found {', '.join(repeated)} "
            "several times. Give them names that differ."
        )


def check_facts(title: str, scale: str, facts: dict[str, str]) -> dict[str, str]:
    """Return the texts of a layer as somebody gives them; raises MappingError for wrong ones."""
    said = " ".join(title.split())[:MAX_TITLE_LETTERS] if isinstance(title, str) else ""
    if not said:
        raise MappingError("Expected a title for the layer; found none. Say what its units are.")
    if scale not in SCALES:
        raise MappingError(
            f"Expected one of the scales {', '.join(SCALES)}; found “{str(scale)[:40]}”. "
            "Choose the one that its units are nearest to."
        )
    unknown = sorted(set(facts) - set(catalogue.LAYER_TEXTS) | set(facts) & {"key"})
    if unknown:
        raise MappingError(
            f"Expected texts that a layer has; found {', '.join(unknown[:MAX_EXAMPLES])}. "
            f"There are: {', '.join(catalogue.LAYER_TEXTS[1:])}."
        )
    facts = {name: text for name, text in facts.items() if text is not None}
    for name, text in facts.items():
        if not isinstance(text, str):
            raise MappingError(
                f"Expected a text for {name}; found {text!r:.40} ({type(text).__name__}). Write it "
                "in quotation marks, or leave it out."
            )
    facts = {name: text for name, text in facts.items() if text.strip()}
    for name in ("valid_from", "valid_to"):
        if facts.get(name):
            _check_day(name, facts[name])
    usual = {"plural": pluralise(as_noun(said)), "source": "Brought by somebody"}
    return {**usual, **facts, "title": said, "scale": scale}


def _check_day(name: str, text: str) -> None:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise MappingError(
            f"Expected a day like 2026-04-01 for {name}; found “{text[:40]}”. Write it so, or "
            "leave it out."
        ) from None


def say_none_known(frame: pd.DataFrame, residual: pd.DataFrame) -> str:
    """Say that no row of a table counts, and why not."""
    reasons = residual["reason"].str.split(":").str[0].value_counts()
    found = "; ".join(f"{count:,} × {reason}" for reason, count in reasons.head(3).items())
    examples = ", ".join(area[:20] for area in residual["area"].head(MAX_EXAMPLES))
    return (
        f"Expected areas by their codes, and the unit of each; none of {len(frame):,} rows counts"
        f"{f' ({found})' if found else ''}{f': {examples}' if examples else ''}. Write postcodes "
        "like N1 9GU, and areas by the codes of the Office for National Statistics."
    )
