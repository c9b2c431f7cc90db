"""Re-opening: a view that was downloaded is put in, and the reader is led to it."""

from typing import Any

import streamlit as st

from mapping.atoms import postcodes, vintage
from mapping.errors import MappingError, StoreError
from mapping.takeaway import Request, request
from pages.shared import choices, registers, router, state, visit

MAX_MB = 100


def box() -> None:
    """Let the reader put in a zip of Take away, or its request.json."""
    st.file_uploader(
        "Or reopen a saved view: upload the zip you downloaded",
        type=["json", "zip"],
        max_upload_size=MAX_MB,
        **state.asker(state.number_key("reopen"), _take),
    )


def _take(found: Any) -> None:
    """Read what was put in and lead to its page (for a callback)."""
    if found is None:
        return
    try:
        asked = request.read(found.getvalue(), pages=list(router.BY_NAME))
        told = choose(asked)
    except MappingError as fault:
        visit.lead("", [str(fault)])
        return
    state.renumber()
    state.close("cg-place")
    visit.lead(asked.page, told)


def choose(asked: Request) -> list[str]:
    """Take over the choices of a request; return what the reader should be told."""
    stays = {record.name for record in choices.RECORDS if not record.is_taken}
    unknown = sorted(asked.choices.keys() - choices.BY_NAME.keys() - {choices.SHOWN})
    told = [_say_data(asked)]
    if unknown:
        told.append(f"We ignored settings that we do not recognise: {', '.join(unknown[:5])}.")
    here = state.link_params()
    workspace, said = _workspace(asked, here.get("workspace", ""))
    kept = {name: text for name, text in here.items() if name in stays}
    taken = {name: text for name, text in asked.choices.items() if name not in stays}
    state.take_over({**taken, **kept, "workspace": workspace})
    return [one for one in (*told, said) if one]


def _say_data(asked: Request) -> str:
    """Say if the view was made with other data, and what it said then."""
    data = vintage.read_vintage(postcodes.DATA)
    if asked.build == data.build:
        return ""
    what = f"another version of the data of {data.month}"
    if asked.as_at != data.as_at:
        what = f"data of {_month(asked.as_at)} (ours are of {data.month})"
    return (
        f"This view was saved with {what}, so figures may differ. At the time it said: "
        f"“{asked.finding}”"
    )


def _month(as_at: str) -> str:
    try:
        return vintage.Vintage("", as_at).month
    except ValueError:
        return as_at[:20]


def _workspace(asked: Request, here: str) -> tuple[str, str]:
    """Return the workspace to open, and what to say about it; one that is open is not lost.

    Raises StoreError where workspaces cannot be read now.
    """
    wanted = f"the workspace “{asked.workspace}”"
    if asked.workspace_id:
        try:
            version = registers.identify(asked.workspace_id).version
        except StoreError:
            raise
        except MappingError:
            return here, f"It used {wanted}, which is not on this server, or not open to you."
        changed = f"The workspace “{asked.workspace}” has changed since the view was saved."
        return asked.workspace_id, changed if version != asked.workspace_version else ""
    name = registers.name_list(registers.identify(here))
    if asked.workspace and asked.workspace != name:
        return here, (f"It used {wanted}. Open that on the Upload page to see the same result.")
    if here and not asked.workspace:
        return here, f"It used no workspace; yours, “{name}”, stays open and is included."
    return here, ""
