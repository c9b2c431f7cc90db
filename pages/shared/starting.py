"""Starting a workspace: an empty one from any page, or with what is first to be kept in it."""

from collections.abc import Callable

from pages.shared import registers, state
from pages.shared.choices import Choice

MAX_NAME = 120


def start(choice: Choice, save_id: str) -> str:
    """Start a workspace about the place, open it and return its name (for callbacks).

    A ``save_id`` that was used already opens what it started. Raises MappingError where the store
    cannot be written.
    """
    name = f"Partners in {choice.place.name}"[:MAX_NAME]
    place = f"{choice.place.kind}.{choice.place.code}"
    state.choose(workspace=registers.store().create(name, place, save_id=save_id))
    return name


def keep_in(
    choice: Choice, into: str, name: str, save: Callable[[str], object], *, save_id: str
) -> str:
    """Keep something in a workspace ("" for a new one about the place), and return its id.

    ``save`` is given the id; a new workspace is made with what it keeps or not at all. Raises
    MappingError where that cannot be done.
    """
    if not into:
        place = f"{choice.place.kind}.{choice.place.code}"
        return registers.store().begin(name, place, save, save_id=save_id)
    save(into)
    return into
