"""How every page looks: the finding first, then the map and its numbers."""

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from html import escape
from itertools import count
from pathlib import Path
from typing import Literal, TypeVar

import streamlit as st

from mapping import wording
from mapping.atoms import postcodes
from mapping.boundaries import coverage
from mapping.drawing import signs
from mapping.errors import DiskError, MappingError
from mapping.geography import Layer
from mapping.places import Place
from mapping.wording import by_shares, findings
from pages.shared import own_lenses, visit
from pages.shared.choices import Choice

K = TypeVar("K", bound=Hashable)
HERE = Path(__file__).parent
MAX_PROJECTED = 150
"""Letters of a finding that stand beside a projected map with three numbers."""
NUMBER_PX = 118
"""Width of a number where two stand side by side."""
HOW_SETS = (
    "A partner set is the combination of partners that a household has. Each postcode has one area "
    "for each partner; postcodes where all of these are the same form one set. Sets with fewer "
    "than 100 residents are in the table but not in this number."
)
HOW_MAPS = (
    "The different ways this place is divided up: by councils, health, police, postcodes and the "
    "census. See the Data and method page for the full list and dates."
)
HOW_MISMATCH = (
    "We compare the boundaries of two kinds of partner: each area of the first is matched with the "
    "area of the second that covers most of it, and we count the people outside that match. We do "
    "this both ways round and show the smaller figure. Where the areas of one are always inside "
    "those of the other it is 0."
)
HOW_SPOT = (
    "We use the nearest postcode. We also list other areas that have homes within 150 metres. "
    "Areas with no organisation behind them (postcode and census areas) are listed below but not "
    "counted here."
)
HOW_OUTSIDE = (
    "Each area of the first kind is matched with the area of the second kind that covers most of "
    "it: its best match. The rest of it is outside the best match, unless it is made up of whole "
    "areas of the second kind. People with no area of one kind are left out here and shown as "
    "“none” in the table."
)
HOW_NEAR = (
    "Counted if the postcode is within the distance of a residential postcode in another area "
    "of the second kind, inside or outside the place. Some of these people are across a river from "
    "the boundary."
)
HOW_EFFECTIVE = (
    "A measure of how evenly people are spread over the sets: 25 out of 28 means nearly evenly, 2 "
    "out of 28 that nearly everyone is in one of two. For analysts: exp(H), where H is the entropy "
    "of the sets' sizes."
)
HOW_ELSEWHERE = (
    "Council areas outside this place in which everybody has the same partners of the kinds "
    "compared here. They may have other partners as well."
)
HOW_SHARED = (
    "Partner sets with at least 100 residents that are found in two or more council areas, even if "
    "only a few people are in the second."
)


@dataclass(frozen=True)
class Number:
    """One number beside the map: what it is, its value as text, and how it is counted."""

    label: str
    value: str
    how: str


SENTENCE_END = re.compile(r"(?<=\.)(?<!\bSt\.)\s+(?=[A-Z0-9“])")
"""Between two sentences; "St. Pancras" is in one."""
ADDRESS = re.compile(r"https?:(?=//)|www(?=\.)|\S(?=@\S)", re.I)
MARK = re.compile(r"#{1,6}\s|[-+]\s|=+\s*$")
"""What makes a heading or a list of a text that begins with it."""
JOINER = "\u2060"


def escape_markdown(text: str) -> str:
    """Escape what streamlit would read as Markdown in a text or label.

    Addresses get a sign without width in them: streamlit makes links of them, escaped or not.
    """
    broken = ADDRESS.sub(f"\\g<0>{JOINER}", text)
    begins = "\\" if MARK.match(broken) else ""
    return begins + "".join(f"\\{c}" if c in "\\`*_{}[]:$~<>|" else c for c in broken)


@cache
def _squeeze(name: str) -> str:
    """Return a style sheet without blanks that say nothing: it travels with every first run."""
    text = re.sub(r"\s+", " ", (HERE / name).read_text(encoding="utf-8"))
    return re.sub(r" ?([{};]|(?<=[a-z]): ) ?", lambda found: found[1].strip(), text).strip()


def style(name: str) -> None:
    """Send a style sheet that lies beside this file."""
    st.html(f"<style>{_squeeze(name)}</style>")


def view(
    choice: Choice,
    sentence: str,
    numbers: Sequence[Number],
    draw_map: Callable[[], None] | None,
    *,
    how: str,
    explain: str = "",
    under: Callable[[], None] | None = None,
    aside: Callable[[], None] | None = None,
    meanwhile: Callable[[], object] | None = None,
    explains_beside: bool = False,
) -> None:
    """Draw a page's finding, its map, and beside it its numbers and the controls.

    ``meanwhile`` works something out once the finding is on its way: whatever is drawn before
    the browser has written it holds it up. ``under`` draws what stands between the finding and
    the map. With ``explains_beside`` the explanation stands beside the map, so that one that
    grows does not move it. A page without a map has None for ``draw_map``: its numbers and controls
    then take the whole width.

    On a projector the finding and at most three numbers stand beside the map, which takes the
    rest; explanations of how it is counted stay away, and ``aside`` should draw no controls.
    """
    beside = choice.projector and draw_map is not None
    if not beside:
        finding(sentence, "" if explains_beside else explain)
    shown = visit.get_shown()
    shown.finding, shown.explain = sentence, explain
    shown.numbers = [(number.label, number.value, number.how) for number in numbers]
    if meanwhile is not None:
        meanwhile()
    if under is not None:
        under()
    if draw_map is None:
        _draw_beside(choice, numbers, how, aside)
        return
    left, right = st.columns([3.1, 1] if beside else [4, 1.25], gap="medium")
    with right:  # before the map: a new sentence never stands beside old numbers
        if beside:
            sentence, numbers = shorten(sentence, numbers)
            finding(sentence)
        elif explains_beside:
            explanation(explain)
        _draw_beside(choice, numbers, how, aside)
    with left:
        attempt(choice.place, draw_map)


def shorten(sentence: str, numbers: Sequence[Number]) -> tuple[str, Sequence[Number]]:
    """Keep what has room beside a projected map: of long words the first sentence, two numbers."""
    if len(sentence) <= MAX_PROJECTED:
        return sentence, numbers
    first = SENTENCE_END.split(sentence, maxsplit=1)[0]
    return first, numbers[: 3 if len(first) <= MAX_PROJECTED else 2]


def _draw_beside(
    choice: Choice, numbers: Sequence[Number], how: str, aside: Callable[[], None] | None
) -> None:
    """Draw what stands beside a map: the numbers, how they are counted, the controls."""
    _numbers(choice, numbers)
    if not choice.projector:
        with st.popover("How is this counted?", type="tertiary", icon=":material/help:"):
            st.html(f"<p>{escape(how)}</p>")
    if aside is not None:
        aside()


def attempt(place: Place, draw_map: Callable[[], None]) -> None:
    """Draw a map, or say why it cannot be drawn; the table below has the same facts."""
    try:
        draw_map()
    except MappingError as error:
        if isinstance(error, DiskError) or len(place) <= coverage.MAX_FINE_POSTCODES:
            problem(error)
            return
        note(
            f"{findings.capitalise(findings.name_place(place))} is too large to map anything "
            "smaller than a ward. The tables still include them. Choose a region, a county or a "
            "council."
        )


def finding(sentence: str, explain: str = "") -> None:
    """Draw the sentence a page opens with, and a line of explanation."""
    st.html(f'<h1 class="cg-finding">{escape(sentence)}</h1>{_write_explanation(explain)}')


def explanation(explain: str) -> None:
    """Draw a line of explanation by itself; nothing without one."""
    if explain:
        st.html(_write_explanation(explain))


def _write_explanation(explain: str) -> str:
    return f'<p class="cg-explain">{escape(explain)}</p>' if explain else ""


def _numbers(choice: Choice, numbers: Sequence[Number]) -> None:
    """Draw numbers: on a projector the first three, elsewhere all, more than three in pairs."""
    if choice.projector:
        for number in numbers[:3]:
            st.metric(escape_markdown(number.label), escape_markdown(number.value))
        return
    pairs = len(numbers) > 3
    with st.container(horizontal=pairs, key="cg-numbers", gap="small"):
        width: int | Literal["stretch"] = NUMBER_PX if pairs else "stretch"
        for number in numbers:
            card(number, width)


def card(number: Number, width: int | Literal["stretch"]) -> None:
    """Draw a number, with how it is counted behind a question mark."""
    st.metric(
        escape_markdown(number.label),
        escape_markdown(number.value),
        help=escape_markdown(number.how),
        width=width,
    )


def join_sentences(chosen: Sequence[Layer], *sentences: str) -> str:
    """Join sentences of explanation; say which layers count by shares or are past their date."""
    visit.get_shown().uses(chosen)
    dated = findings.say_past_date(chosen, datetime.now(UTC).date())
    return " ".join(filter(None, (*sentences, by_shares.say_counted(chosen), dated)))


def ink() -> str:
    """Return the colour of text in the reader's theme, for charts."""
    return "#f3eee5" if st.context.theme.type == "dark" else signs.INK


def lens_note(choice: Choice) -> str:
    """Say what the page counts, for an explanation; a projector has no room for it."""
    if choice.projector:
        return ""
    return own_lenses.brief(choice.kept, choice.by)


def explain_postcodes() -> str:
    """Tell which postcodes count."""
    return f"Postcodes current in {postcodes.name_month()} that have a position, including offices."


def explain_lens(choice: Choice) -> str:
    """Tell how the chosen lens counts, in full."""
    return own_lenses.explain_in_full(choice.by)


def explain_straddling() -> str:
    """Say which areas cross a boundary."""
    return (
        f"We count areas with at least 100 {findings.name_counted()}. An area crosses a boundary "
        "if more than 1% of it is outside the area it mainly belongs to."
    )


def note(sentence: str) -> None:
    """Show a sentence in a box, as it is written: streamlit's own would make links of addresses."""
    said = escape(wording.say_problem(sentence))
    st.html(f'<div class="cg-note" role="alert"><p>{said}</p></div>')


def problem(error: MappingError) -> None:
    """Show a problem that a sentence can explain."""
    note(str(error))


def write_moment(moment: str) -> str:
    """Write an ISO moment of UTC as a reader does: "1 December 2026, 05:12 UTC"."""
    return f"{datetime.fromisoformat(moment):%-d %B %Y, %H:%M} UTC"


def name_each(options: Iterable[K], name: Callable[[K], str]) -> Callable[[K], str]:
    """Return what names the options of a box with no two alike: equal ones are numbered."""
    told = tell_apart({one: name(one) for one in options})
    return lambda one: told[one] if one in told else name(one)


def tell_apart(called: Mapping[K, str], more: Mapping[K, str] | None = None) -> dict[K, str]:
    """Return what is offered in a box with no two alike: equal ones with more, then numbered.

    A box sends back what it says of an option: of two that say the same the last counts as chosen.
    """
    many = Counter(called.values())
    told = dict(called)
    if more is not None:
        told |= {key: f"{one}, {more[key]}" for key, one in called.items() if many[one] > 1}
    many, taken = Counter(told.values()), {*told.values()}
    for key, one in told.items():
        if many[one] > 1:
            told[key] = next(name for n in count(1) if (name := f"{one} ({n})") not in taken)
            taken.add(told[key])
    return told
