"""What a report holds, however it is written: headings, texts, tables and maps, in one order."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Heading:
    """The heading of a section; with ``starts_page`` it stands at the top of a page on paper."""

    words: str
    starts_page: bool = False


@dataclass(frozen=True)
class Text:
    """A paragraph; ``is_lead`` is set larger, ``is_small`` smaller."""

    words: str
    is_lead: bool = False
    is_small: bool = False


@dataclass(frozen=True)
class Listing:
    """Sentences, a bullet each."""

    items: Sequence[str]


@dataclass(frozen=True)
class Table:
    """A table: its caption, headings, and rows of texts; the first column names the row.

    ``numbers`` are the columns that are set to the right, ``wide`` is the one that takes the room
    that the others leave, -1 for none.
    """

    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int] = frozenset()
    wide: int = 0


@dataclass(frozen=True)
class Map:
    """A picture as SVG, words for whoever cannot see it, and what stands under it.

    ``legend`` has pairs of a sample (SVG) and words.
    """

    svg: str
    alt: str
    caption: str
    legend: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Row:
    """Parts beside each other."""

    parts: Sequence["Map | Table"]


Part = Heading | Text | Listing | Table | Map | Row


@dataclass(frozen=True)
class Report:
    """A report: its title, what stands under it, at the foot of each page, and its parts."""

    title: str
    under: str
    foot: str
    author: str
    parts: Sequence[Part] = field(default_factory=tuple)
