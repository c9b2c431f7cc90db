"""What a link asked for that is not here, told in a sentence."""

from collections.abc import Mapping

from mapping import places
from mapping.actors import as_places
from mapping.errors import MappingError
from mapping.geocode import succession
from mapping.geography import layers
from mapping.places import Place, kinds
from mapping.wording import findings
from mapping.workspaces import kinds as kept_kinds
from pages.shared import registers
from pages.shared.registers import NO_WORKSPACE, WorkspaceKey

OWN_LAYER = (
    "This link uses somebody's own map, or a redrawn one, which is not available here, so we left "
    "it out. Upload or draw it again, or open the workspace that it is saved in."
)

OFFICIAL_LAYER = (
    "This link uses a map of the postcode directory, which is not installed here, so we left it "
    "out. The Data and method page says how to add it."
)


def say_no_page(name: str) -> str:
    """Say that an address is no page."""
    return (
        f"We cannot find the page “{name[:40]}”, so this is the home page. Use the menu at the top."
    )


def say_left_out(words: Mapping[str, str], ignored: Mapping[str, str]) -> str:
    """Say which choices of a link are not known; ``words`` are what a reader calls each."""
    said = findings.join_names(
        [f"{words[key]} (“{found[:40]}”)" for key, found in ignored.items()], 9
    )
    parts = "a part" if len(ignored) == 1 else "parts"
    return f"We ignored {parts} of this link that we do not recognise: {said}."


def list_own(text: str) -> list[str]:
    """List the parts of a link's place, or the place, that only a workspace knows."""
    own = (f"{kinds.OWN}.", f"{as_places.OWN_KIND}.")
    return [part for part in text.removeprefix("union.").split("+") if part.startswith(own)]


def open_place(asked: str, workspace: str, usual: str) -> tuple[str, Place, str]:
    """Return a link's place, as the link should have it, what it is, and a sentence if it is lost.

    ``asked`` is the place as the link has it, ``usual`` what is shown where it is not in use. An
    organisation of a ``workspace`` whose area has changed is shown as it is now. What is somebody's
    own is lost unless the workspace has it.
    """
    text = asked.strip().replace(" ", "+")  # a bare + in an address is a space
    kind, _, code = text.partition(".")
    now, own = text, list_own(text)
    held = registers.bring_own(workspace, own) if own else {}
    for before, after in held.items():
        now = now.replace(before, after)
    try:
        if absent := next((part for part in own if part not in held), ""):
            kind, _, code = absent.partition(".")
            raise MappingError(f"Expected a place of the open workspace; found “{absent[:60]}”.")
        found = places.at(*now.split(".", 1)) if "." in now else places.at(kind, code)
    except MappingError:
        found, said = place(kind, code, places.at(*usual.split(".")), asked)
        return f"{found.kind}.{found.code}", found, said
    if now == text:
        return text, found, ""
    name = findings.capitalise(findings.name_place(found))
    return now, found, f"{name} has changed since this link was made. We show it as it is now."


def is_at_hand(workspace: str) -> bool:
    """Tell whether a workspace ("" for none) is still there, and can be read now."""
    try:
        registers.identify(workspace)
    except MappingError:
        return False
    return True


def find_step(kept: WorkspaceKey, asked: str) -> tuple[str, str]:
    """Return the id of a link's step of the storyline, or "" and a sentence if it is lost."""
    if not asked:
        return "", ""
    if kept == NO_WORKSPACE:
        return "", (
            "This link is to a step of a storyline. Open the workspace that the storyline is "
            "saved in to follow it."
        )
    if asked not in {step.id for step in registers.read_kind(kept, kept_kinds.storyline.KIND)}:
        return "", (
            "The step of the storyline in this link is no longer there. Its view is shown below; "
            "the storyline's other steps are under Storyline."
        )
    return asked, ""


def place(kind: str, code: str, usual: Place, asked: str) -> tuple[Place, str]:
    """Return what to show for a link's place that is not in use, and why: its heirs, or ``usual``.

    ``asked`` is the place as the link has it.
    """
    heir, told = places.heirs(code) if kind in succession.COUNCIL_KINDS else (None, "")
    if heir is not None:
        return heir, f"The place in this link no longer exists. {told}"
    boxes = kind == "postal_district" and code in layers.get(kind).codes
    if kind in (as_places.KIND, as_places.OWN_KIND):
        named = f" (“{as_places.read_id_of(kind, code)[:60]}”)" if kind == as_places.KIND else ""
        why = f"We no longer have the organisation in this link{named}"
        if kind == as_places.OWN_KIND:
            why += ", or its workspace is not open"
    elif kind == kinds.OWN:
        why = "This link's place is an area of somebody's own map, which is not available here"
    elif boxes:
        why = f"The place in this link, {code}, contains only PO boxes"
    else:
        why = f"We do not recognise the place in this link (“{asked[:60]}”)"
    return usual, (
        f"{why}, so we are showing {usual.name}. Find your place by its name or a postcode."
    )
