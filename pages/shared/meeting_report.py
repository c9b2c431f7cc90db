"""The report for a meeting: offered as PDF and as HTML, made when it is asked for."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from mapping.redraw import Plan
from mapping.takeaway import export, report
from pages.shared import files

KINDS: dict[report.Form, tuple[str, str, str]] = {
    "pdf": ("Report (PDF)", "application/pdf", ":material/picture_as_pdf:"),
    "html": ("Report (web page)", "text/html", ":material/html:"),
}


def offer(make_plans: Callable[[], Sequence[Plan]], *, question: str, **told: Any) -> None:
    """Offer the report of some plans in both forms; ``make_plans`` is called once it is asked for.

    The rest is as for ``report.write_report``, which says what it may be; the day is that
    on which it is asked for.
    """

    def make(form: report.Form) -> Callable[[], bytes]:
        def write() -> bytes:
            now = datetime.now(UTC)
            day = f"{now.day} {now:%B %Y}"
            plans = make_plans()
            return report.write_report(plans, form=form, question=question, made=day, **told)

        return write

    with st.container(horizontal=True):
        for form, (label, kind, icon) in KINDS.items():
            name = f"{export.file_stem(question)}.{form}"
            files.offer(label, make(form), name, kind, key=f"_report_{form}", icon=icon)
