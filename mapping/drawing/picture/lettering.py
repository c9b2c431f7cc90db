"""Text in pictures: the app's own type, broken into lines that fit."""

import functools
import importlib.util
import re
from pathlib import Path

from PIL import ImageFont

Font = ImageFont.FreeTypeFont
REGULAR, BOLD = 400, 700
UNBROKEN = re.compile(r"(?<=[0-9]) (?=%|m\b|km\b)")
"""A blank at which no line ends: between a number and its sign."""
HARD_SPACE = "\ue000"
"""Stands for such a blank while lines are made."""


@functools.lru_cache(maxsize=64)
def font(size_px: float, weight: int = REGULAR) -> Font:
    """Return the type that the app is set in, of a size and weight (200 to 900).

    It lies in the installed package of streamlit, which is looked for and not imported. Without
    it Pillow's own type is taken, which has fewer letters and one weight.
    """
    file = _file()
    if file is None:
        plain = ImageFont.load_default(size_px)
        assert isinstance(plain, ImageFont.FreeTypeFont)
        return plain
    made = ImageFont.truetype(file, size_px)
    made.set_variation_by_axes([weight])
    return made


@functools.cache
def _file() -> Path | None:
    spec = importlib.util.find_spec("streamlit")
    if spec is None or spec.origin is None:
        return None
    found = (Path(spec.origin).parent / "static").rglob("SourceSansVF-Upright*.woff2")
    return next(iter(sorted(found)), None)


def wrap(text: str, type_: Font, width_px: float) -> list[str]:
    """Break a text into lines that are no wider than ``width_px``, within long words too.

    Lines of the text stay lines; what no type can show (control characters) becomes a space. A
    number stays with the per cent sign or the metres behind it.
    """
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for joined in UNBROKEN.sub(HARD_SPACE, _replace_unprintable(paragraph)).split():
            word = joined.replace(HARD_SPACE, " ")
            tried = f"{line} {word}".strip()
            if type_.getlength(tried) <= width_px:
                line = tried
                continue
            if line:
                lines.append(line)
            *full, line = _break_word(word, type_, width_px)
            lines += full
        lines.append(line)
    return lines


def _replace_unprintable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _break_word(word: str, type_: Font, width_px: float) -> list[str]:
    """Break a word where it is wider than a line; a line has at least one letter."""
    parts = [""]
    for letter in word:
        if parts[-1] and type_.getlength(parts[-1] + letter) > width_px:
            parts.append("")
        parts[-1] += letter
    return parts


def limit_lines(lines: list[str], most: int, type_: Font, width_px: float) -> list[str]:
    """Return at most so many lines; the last one ends in "…" where some are left out."""
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and type_.getlength(f"{last}…") > width_px:
        last = last[:-1]
    return [*lines[: most - 1], f"{last.rstrip()}…"]
