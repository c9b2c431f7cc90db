"""How many organisations work in each area of a place: on the map, from light to dark."""

from collections.abc import Mapping

from mapping.drawing import count_scale, webmap
from mapping.geography import Layer
from mapping.wording import findings
from pages.shared import cache, fetched, maps, over, registers
from pages.shared.choices import Choice

NONE = webmap.AreaSign("#fbf8f3", opacity=0.0, line="#bdb5a6", width_px=0.7)


def count(choice: Choice, base: Layer) -> dict[str, int] | None:
    """Count the organisations in each area that is drawn; None where the map shows no counts.

    It shows none where areas cut wards, or where the reader has boundaries drawn over them.
    """
    if base.of_ward is None or over.list_chosen(choice):
        return None
    return registers.count_in_units(cache.key_of(choice.place), choice.kept, base.key)


def say_alike(base: Layer, counts: Mapping[str, int] | None, organisations: int) -> str:
    """Say how many work in each area where it is the same number in all; "" where it differs.

    ``organisations`` is how many work in the place.
    """
    if counts is None or len(counts) < 2 or len(set(counts.values())) > 1:
        return ""
    many = next(iter(counts.values()))
    if many == organisations:
        return f"{'All of them work' if many > 1 else 'It works'} in every {base.noun}."
    return f"Every {base.noun} has {findings.number(many)} of them."


def is_drawn(counts: Mapping[str, int] | None) -> bool:
    """Tell whether counts make a map: they differ; else all of it would be one shade."""
    return counts is not None and len(set(counts.values())) > 1


def draw(choice: Choice, title: str, base: Layer, counts: Mapping[str, int]) -> None:
    """Draw the areas by how many organisations work there; a click chooses a spot."""
    key, lines = cache.key_of(choice.place), maps.choose_lines(choice, base)
    cells = cache.list_cells(choice.place, base.key, *lines)
    with maps.preparing(choice, base.key, *lines):
        areas = fetched.areas(key, base.key, cells)
        rest = {k: fetched.areas(key, k, cells) for k in lines}
    steps = count_scale.make_steps(counts.values())
    found = {code: count_scale.find_step(steps, many) for code, many in counts.items()}
    signs = {code: step.sign for code, step in found.items() if step}
    labels = {
        code: findings.write_count(many, "organisation", "organisations")
        for code, many in counts.items()
    }
    thick = choice.projector
    drawn = [
        webmap.areas(areas, signs, default=NONE, labels=labels, projector=thick),
        *(webmap.borders(rest[k], sign, projector=thick) for k, (sign, _) in lines.items()),
        *maps.write_names(choice, areas, rest),
    ]
    legend: list[tuple] = [(step.sign, say_step(step)) for step in steps]
    maps.show(choice, "who", title, drawn, [*legend, *lines.values()], maps.choose_spot)


def say_step(step: count_scale.Step) -> str:
    """Say what a step of the scale counts, for its legend: "4–6 organisations"."""
    return f"{step.range} {'organisation' if step.high == 1 else 'organisations'}"
