"""Reckoning: the actors, outcomes and questions of a table, from the answers to what it says."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.actors import Register
from mapping.footprints import describing, linking, outcomes
from mapping.footprints.columns import Guess
from mapping.footprints.locations import Circles
from mapping.footprints.lookup import Lookup
from mapping.geocode import Answer, areas
from mapping.intake import Sheet


class Reckoning(NamedTuple):
    """What a table came to: see the attributes of ``footprints.Upload``.

    ``notes`` are sentences about what was worked out for its actors.
    """

    register: Register
    rows: pd.DataFrame
    questions: pd.DataFrame
    notes: tuple[str, ...]


def reckon(
    sheet: Sheet,
    guesses: dict[str, Guess],
    name: str,
    looked: Lookup,
    around: Circles,
    answers: Sequence[Answer],
) -> Reckoning:
    """Reckon a table from the answers to its distinct texts; ``name`` is that of its file."""
    who = describing.find_actors(sheet.frame, guesses, name)
    about = describing.describe_actors(sheet.frame, guesses, who)
    told = outcomes.answer_texts(looked.said, looked.distinct, answers, looked.which)
    circles = outcomes.answer_circles(around, areas.first_shape() + len(looked.shapes))
    found = pd.concat([told, circles], ignore_index=True) if len(circles) else told
    actor = who["number"].to_numpy()[found["row"].to_numpy("int64")]
    shapes = [*looked.shapes, *around.shapes]
    with ThreadPoolExecutor(1, thread_name_prefix="linking") as beside:
        made = beside.submit(linking.make_register, about, actor, found["area"].to_numpy(), shapes)
        rows = outcomes.judge_rows(sheet, found, who, shapes)
        asked = outcomes.questions(looked.distinct, answers, np.bincount(looked.which))
        register = made.result()
    return Reckoning(register, rows, asked, describing.notes(about, register))
