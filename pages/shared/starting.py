"""Starting an empty workspace from whatever page something is first to be kept on."""

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
