"""What the page Gaps opens with: its sentence and cards, on all themes or on the one chosen."""

from mapping import gaps, places
from mapping.gaps import Question
from mapping.wording import findings, gap_findings
from pages.gaps import covered, questions
from pages.shared import answers, cache, registers
from pages.shared.choices import Choice
from pages.shared.layout import Number

HOW_THEMES = (
    "Of the themes that we have on record somewhere in Britain, at whatever level: {which}. “Not "
    "on record” may only mean that we have not been told."
)


def say_themes(choice: Choice, question: Question) -> tuple[str, list[Number]]:
    """Return the sentence and cards where nobody has chosen a theme: on all of them."""
    key = cache.key_of(choice.place)
    held = registers.sum_up_themes(key, choice.kept, choice.by)
    cell = registers.grid(key, choice.kept, choice.by).iloc[0]
    sentence = gap_findings.themes_finding(
        choice.place,
        held,
        cell[["none", "one", "several"]].sum(),
        told_by=registers.name_list(choice.kept),
        by=choice.by,
    )
    cards = (
        ("Themes covered everywhere", held.everybody),
        ("Themes with nobody on record", held.nobody),
        ("Themes covered in parts", held.some),
    )
    return sentence, [Number(label, f"{len(some)}", _name(some)) for label, some in cards]


def _name(themes: list[str]) -> str:
    return HOW_THEMES.format(which=gap_findings.join_themes(themes) or "none")


def say_theme(choice: Choice, question: Question) -> tuple[str, list[Number]]:
    """Return the sentence and cards on the theme and level that the reader chose."""
    key, told_by = cache.key_of(choice.place), registers.name_list(choice.kept)
    return _say_theme(key, choice.kept, choice.by, question, told_by)


@answers.share(max_entries=256, hash_funcs=registers.BY_ACTORS_AND_MARKS)
def _say_theme(
    place: cache.Key, kept: registers.WorkspaceKey, by: str, question: Question, told_by: str
) -> tuple[str, list[Number]]:
    complete = registers.marks(kept, place)
    cell = registers.index_grid(place, kept, by).loc[tuple(question)]
    sentence = gap_findings.gap_finding(
        places.at(*place), cell, complete=complete, told_by=told_by, by=by
    )
    known = gaps.is_complete(*question, complete)
    who = "People" if by == "residents" else findings.heading(by)
    cards = (
        (f"{who} with nobody{'' if known else ' on record'}", "none"),
        (f"{who} with one organisation", "one"),
        (f"{who} with two or more", "several"),
    )
    return sentence, [
        Number(label, findings.amount(cell[part], by), covered.explain_count(by, cell, part))
        for label, part in cards
    ]


def explain(choice: Choice, question: Question, is_chosen: bool) -> str:
    """Say more than the sentence: on a theme its levels, on all of them which they are."""
    if choice.projector:
        return ""
    key = cache.key_of(choice.place)
    if is_chosen:
        missing = registers.find_missing(key, choice.kept, question.theme, choice.by)
        return gap_findings.missing_finding(choice.place, missing)
    held = registers.sum_up_themes(key, choice.kept, choice.by)
    return " ".join(filter(None, (gap_findings.list_themes(held), say_shown(question))))


def say_shown(question: Question) -> str:
    """Say which theme the map shows where nobody has chosen one."""
    return f"The map shows who works {questions.words(question)}."
