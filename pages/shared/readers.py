"""Readers of a link: each checks the text of one choice, corrects it, and returns its value.

They know nothing of which choices there are: ``choices`` does.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mapping.errors import MappingError, StoreError
from mapping.geography import layers
from mapping.places import Place
from mapping.wording import findings
from pages.shared import lost, own_lenses, registers
from pages.shared.registers import NO_WORKSPACE, WorkspaceKey

USUAL_PLACE = "county.greater-london"
MAX_OVER = 5
"""So many maps are drawn over each other at once: there is a sign for each."""
JOINED = "joined"
"""What a link calls the comparison with a map of which the reader has made some units one."""


@dataclass(eq=False)
class Check:
    """The texts of a link, corrected one choice after the other, and what is said about them.

    ``unknown`` has what is left out by the choice's name, ``problems`` are sentences about the
    rest. ``kept`` is the workspace once it has been read, ``away`` why it cannot be now, ``usual``
    the texts of choices that nobody made, those that have one.
    """

    texts: dict[str, str]
    problems: list[str] = field(default_factory=list)
    unknown: dict[str, str] = field(default_factory=dict)
    kept: WorkspaceKey = NO_WORKSPACE
    away: str = ""
    usual: Mapping[str, str] = field(default_factory=dict)

    def leave_out(self, name: str) -> None:
        """Take the usual text of a choice for one that is not known, and note it."""
        self.unknown[name] = self.texts[name]
        self.texts[name] = self.usual.get(name, "")


def read_place(check: Check, name: str) -> Place:
    """Return the place of a link, or the usual one, and say why."""
    text, found, said = lost.open_place(check.texts[name], check.texts["workspace"], USUAL_PLACE)
    check.texts[name] = text
    check.problems += [said] if said else []
    return found


def read_workspace(check: Check, name: str) -> WorkspaceKey:
    """Return the workspace of a link, or none and why."""
    try:
        found = registers.identify(check.texts[name])
        registers.own_layers(found)  # so that other choices may name them
        check.kept = found
    except StoreError as fault:
        check.away = str(fault)
    except MappingError as fault:
        check.problems.append(f"The workspace in this link cannot be opened: {fault}")
        check.texts[name] = ""
    return check.kept


def read_lens(check: Check, name: str) -> str:
    """Return what is counted by; a lens that is not at hand is told."""
    check.texts[name] = own_lenses.check_at_hand(check.kept, check.texts[name], check.problems)
    return _keep_known(check, name, own_lenses.keys(check.kept))


def read_need(check: Check, name: str) -> str:
    """Return the need that is weighed by; "" for none."""
    return _keep_known(check, name, ["", *own_lenses.need_keys(check.kept)])


def read_layers(check: Check, name: str) -> tuple[str, ...]:
    """Keep the known layers of a link, each once; a link of commas alone names none."""
    asked = check.texts[name]
    named = _leave_out_absent(check, dict.fromkeys(key for key in asked.split(",") if key))
    unknown = ", ".join(key for key in named if not layers.is_known(key))
    if unknown or (asked and not asked.strip(",")):
        check.unknown[name] = unknown or asked
    kept = tuple(dict.fromkeys(layers.get(key).key for key in named if layers.is_known(key)))
    check.texts[name] = ",".join(kept)
    return kept


def read_over(check: Check, name: str) -> tuple[str, ...]:
    """Keep the known layers of a link, as many as can be drawn over each other."""
    asked = read_layers(check, name)
    if len(asked) > MAX_OVER:
        check.problems.append(
            f"This link asks for {len(asked)} boundary maps; we draw the first {MAX_OVER}, as more "
            "could not be told apart."
        )
    kept = asked[:MAX_OVER]
    check.texts[name] = ",".join(kept)
    return kept


def read_layer(check: Check, name: str) -> str:
    """Return the key of a layer; "" for one that is not known, or not at hand."""
    key = check.texts[name]
    if not _leave_out_absent(check, [key]):
        check.texts[name] = ""
    elif key and not layers.is_known(key):
        check.leave_out(name)
    elif key:
        check.texts[name] = layers.get(key).key  # an edition's date may be that of the newest
    return check.texts[name]


def _leave_out_absent(check: Check, keys: Iterable[str]) -> list[str]:
    """Leave out layers of somebody's own, or of a directory, that are not at hand; say so once."""
    asked, has = list(keys), registers.has_layer
    absent = [key for key in asked if _may_be_elsewhere(key) and not has(check.kept, key)]
    for key in absent:
        said = lost.OFFICIAL_LAYER if layers.is_official(key) else lost.OWN_LAYER
        if said not in check.problems:
            check.problems.append(said)
    return [key for key in asked if key not in absent]


def _may_be_elsewhere(key: str) -> bool:
    """Tell whether another server, or this one at another time, may have a layer."""
    return key.startswith(layers.OWN) or layers.is_official(key)


def read_change(check: Check, name: str) -> str:
    """Keep the key of an edition that is not the one in use, or what stands for joined units."""
    key = check.texts[name]
    is_edition = layers.AT in key and layers.is_known(key) and layers.get(key).key == key
    if key not in ("", JOINED) and not is_edition:
        check.leave_out(name)
    return check.texts[name]


def read_groups(check: Check, name: str) -> tuple[tuple[str, ...], ...]:
    """Return groups of districts by their codes: "E07000207 E07000208,E07000209 E07000212"."""
    groups = [group.upper().split() for group in check.texts[name].split(",")]
    known = set(layers.get("borough").codes)
    named = [code for group in groups for code in group]
    unknown = [code for code in named if code not in known or named.count(code) > 1]
    if unknown:
        check.unknown[name] = ", ".join(dict.fromkeys(unknown))
    kept = [tuple(dict.fromkeys(c for c in group if c not in unknown)) for group in groups]
    kept = [group for group in kept if len(group) > 1]
    check.texts[name] = ",".join(map(" ".join, kept))
    return tuple(kept)


def read_theme(check: Check, name: str) -> str:
    """Return a theme as it is written down, whether or not it is known."""
    check.texts[name] = " ".join(check.texts[name].split()).casefold()[:80]
    return check.texts[name]


def read_switch(check: Check, name: str) -> bool:
    """Tell whether something is switched on."""
    return _keep_known(check, name, ["", "0", "1"]) == "1"


def read_story(check: Check, name: str) -> str:
    """Return the step of the storyline that is followed; "" for none."""
    check.texts[name], said = lost.find_step(check.kept, check.texts[name])
    check.problems += [said] if said else []
    return check.texts[name]


def reader_of_known(known: Collection[str]) -> Callable[[Check, str], str]:
    """Read what must be one of some texts."""
    return lambda check, name: _keep_known(check, name, known)


def reader_of_number(known: Sequence[int]) -> Callable[[Check, str], int]:
    """Read what must be one of some numbers."""
    return lambda check, name: int(_keep_known(check, name, map(str, known)))


def reader_of_text(max_letters: int) -> Callable[[Check, str], str]:
    """Read what may be anything: its page says what it does not understand."""
    return lambda check, name: check.texts[name].strip()[:max_letters]


def _keep_known(check: Check, name: str, known: Iterable[str]) -> str:
    if check.texts[name] not in list(known):
        check.leave_out(name)
    return check.texts[name]


def say_layers(text: str) -> str:
    """Write the titles of layers."""
    return findings.join_names([layers.get(key).title for key in text.split(",")], 99)
