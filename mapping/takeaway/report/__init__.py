"""A report for a meeting: plans with their maps and figures, as PDF or as one page of HTML."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from mapping.errors import MappingError
from mapping.geography import Layer
from mapping.redraw import Plan
from mapping.takeaway.report import page, paper, telling
from mapping.takeaway.report.content import Report

__all__ = ["MAX_PLANS", "Form", "Report", "tell_report", "write_report"]

Form = Literal["pdf", "html"]
MAX_PLANS = 3
"""So many plans fit into a report that is read in a meeting: at most six pages."""
MAX_QUESTION_LETTERS = 160


def tell_report(
    plans: Sequence[Plan],
    *,
    question: str,
    made: str,
    titles: Sequence[str] = (),
    names: Sequence[Mapping[int, str]] = (),
    author: str = "",
    note: str = "",
    today: Sequence[Layer] = (),
) -> Report:
    """Put together what a report tells, to be written by ``write_report``: see there."""
    if not 0 < len(plans) <= MAX_PLANS or len({one.graph.place for one in plans}) > 1:
        raise MappingError(
            f"Expected one to {MAX_PLANS} plans of one place for a report; found {len(plans)}. "
            "Choose those that the meeting is to look at."
        )
    if not all(one.groups for one in plans):
        raise MappingError("Expected plans with groups; one has none. Put areas into a group.")
    usual = [f"Suggestion {at}" for at in range(1, len(plans) + 1)]
    called = [title or other for title, other in zip(titles, usual, strict=False)]
    asked = telling.Asked(
        question=" ".join(question.split())[:MAX_QUESTION_LETTERS] or "Where might lines run?",
        titles=[*called, *usual[len(called) :]],
        names=[*names, *({} for _ in plans[len(names) :])],
        author=" ".join(author.split()),
        note=note,
        made=made,
        today=today,
    )
    return telling.tell(plans, asked)


def write_report(plans: Sequence[Plan], *, form: Form = "pdf", **told: Any) -> bytes:
    """Write a report as PDF (tagged, PDF/UA-1) or HTML (one page, nothing fetched).

    Parameters
    ----------
    plans
        One to ``MAX_PLANS`` plans of one place, with the layers that they keep to
        (``redraw.suggest_several``), or a scenario by hand (``Scenario.as_plan``).
    form
        "pdf" or "html": the same content in the same order.
    question, made
        The report's title, and the day in words: "30 November 2026".
    titles, names
        What each plan is called, by default "Suggestion 1" and so on; the names of its groups by
        their number.
    author, note
        Who drew it and why, as typed: no text is ever read as markup.
    today
        Layers that stand beside the plans, as the lines of today.

    Raises MappingError for no plan, more than ``MAX_PLANS``, and plans of several places.

    >>> from mapping import places, redraw
    >>> plan = redraw.suggest(places.get("Camden"), groups=2, keep=["postal_district"], seed=1)
    >>> made = write_report([plan], question="East and west?", made="30 November 2026")
    >>> made[:5]
    b'%PDF-'
    """
    report = tell_report(plans, **told)
    return paper.write(report) if form == "pdf" else page.write(report)
