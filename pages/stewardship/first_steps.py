"""The part Where to start: the first steps of stewardship, as a path through the pages."""

from html import escape

import streamlit as st

from mapping import stewardship
from mapping.stewardship import Step
from mapping.wording import findings, stewardship_findings, terms
from pages.shared import cache, choices, layout, registers, router, state
from pages.shared.choices import Choice
from pages.shared.layout import Number
from pages.stewardship import counts, parts

STYLE = "<style>.cg-steps { font-size: clamp(1.2rem, 2vw, 2.4rem); line-height: 1.5; }</style>"
HOW = (
    "The steps are this app's own short path through the practice that the texts on systems "
    "stewardship describe: see the place, find who is there and who is missing, see where "
    "boundaries and gaps are, talk about how it is going, try one thing, and look again. Each link "
    "opens a page for this place, with the same workspace and what is counted."
)
HOW_ORGANISATIONS = "On record as working here; ward-level teams are left out."
HOW_OWN = "Organisations that you or others have added to the open workspace."
HOW_RATERS = "People and groups that have rated any conditions in the open workspace."


def show(choice: Choice) -> None:
    """Show the steps, each with what is known of this place and a link that keeps the place."""
    key = cache.key_of(choice.place)
    organisations, _ = counts.list_organisations(key, choice.kept, choice.by)
    without = counts.count_without(key, choice.kept, choice.by).set_index("scale")
    cell, _ = counts.count_without_community(key, choice.kept, choice.by)
    raters = sum(stewardship.count_raters(counts.read_ratings(choice.kept)))
    own = len(registers.list_own(choice.kept))
    sentence = stewardship_findings.start_finding(
        choice.place, without.loc["", "share"], cell["share_none"], raters, choice.by
    )
    numbers = [
        Number("Organisations on record", f"{len(organisations):,}", HOW_ORGANISATIONS),
        Number("Added by you or others", f"{own:,}", HOW_OWN),
        Number("Have rated", f"{raters:,}", HOW_RATERS),
    ]
    draw = _list_short if choice.projector else None
    layout.view(choice, sentence, numbers, draw, how=HOW, under=lambda: parts.box(choice))
    if choice.projector:
        return
    for number, step in enumerate(stewardship.first_steps(), 1):
        _show_step(choice, number, step)


def _list_short() -> None:
    """List the steps by their names, for a projector."""
    items = "".join(f"<li>{escape(step.title)}</li>" for step in stewardship.first_steps())
    st.html(f'<ol class="cg-steps">{items}</ol>{STYLE}')


def _show_step(choice: Choice, number: int, step: Step) -> None:
    st.subheader(f"{number} {step.title}", anchor=False)
    st.write(step.what)
    title = router.BY_NAME[step.page].title
    if step.page == "stewardship":
        title = f"{title}: {terms.PARTS[step.choices.get('part', choices.USUAL['part'])]}"
    named = findings.name_place(choice.place)
    st.page_link(
        router.BY_NAME[step.page].file,
        label=layout.escape_markdown(f"{title}, for {named}"),
        icon=":material/arrow_forward:",
        query_params=list_params(step),
    )


def list_params(step: Step) -> dict[str, str]:
    """Return the choices that a step's link opens its page with: the reader's, and its own."""
    kept = {name: text for name, text in state.link_params().items() if name != "part"}
    return {**kept, **step.choices}
