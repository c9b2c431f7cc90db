"""Sentences: the names of areas in running text, and the words that are left."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from mapping.geocode import beside, gazetteer, lists, spelling
from mapping.memory import once

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|&")
_END = re.compile(r"(?<!\bSt)(?<!\bst)[.!?]+(?=\s|$)|\n")
_ADDRESS = re.compile(r"[^\s@]{1,64}@\S{1,200}|https?://\S+|www\.\S+")
_BETWEEN = r"[\s\-–.'’]*"
"""What may stand between the words of a name."""
_EXCEPT = (
    r"except\w*|exclud\w*|excl|apart from|other than|outside(?: of)?|without|bar(?:ring)?(?= [A-Z])"
)
_NOT = re.compile(
    rf"\b((?P<except>(?i:{_EXCEPT}))|(?i:not(?! (only|just))|never|nor|no longer|\w+n['’]t|used to|"
    r"formerly|previously|in the past|unlike|"
    r"(referr\w+|members|people|visitors|volunteers|participants|clients|patients)"
    r"( (come|travel|are|is))? from|(will|to|have|has|we|they) (leave|left|leaving)|leaving|"
    r"(withdr\w+|pull\w* out|mov(e|ed|ing)|relocat\w+|plan\w*|hop(e|es|ing)|intend\w*|"
    r"expand\w*) (to|from|into)))\b",
)
"""From such a word on, the names of a sentence are not where somebody works."""
_OFFICE = re.compile(
    r"\b(?:offices?|headquarters|hq|base|based)(?: (?:is|are|currently|now))* (?:in|at|near)\b.*?"
    r"(?=\b(?:but|while|we|who|which|and (?:we|work\w*|cover\w*|serv\w*|deliver\w*|run|operat\w*))"
    r"\b|[;–—]|$)",
    re.I,
)
"""Words that say where an office is, which is not where somebody works."""
_SEPARATOR = re.compile(r"\s*(?:[,;/|+]|&|\band\b|\bplus\b|\bor\b)\s*", re.I)
_UNKNOWN = (
    r"(?!(?:We|Our|The|I|It|They|This|These|All|Also|In|Areas?|Boroughs?|Wards?)\b)[A-Z][\w'’.-]*"
)
_LIKE_A_NAME = re.compile(rf"{_UNKNOWN}(?: (?:{_UNKNOWN}|and|of|the|in|on|upon|with|under)){{0,4}}")
_BEFORE = (
    "london borough of",
    "royal borough of",
    "borough of",
    "city of",
    "city and county of",
    "county of",
    "district of",
    "ward of",
    "lb of",
    "rb of",
    "lb",
    "rb",
    "lbc",
)
_AFTER = (
    "council",
    "city council",
    "county council",
    "borough council",
    "district council",
    "borough",
    "city",
    "county",
    "district",
    "ward",
    "lb",
    "lbc",
)
"""What may stand before and after the name of an area and is read with it."""
_WORDS_TOO = frozenset(["bury", "reading", "rugby"])
"""Districts whose names are words: in a text without capitals they are left."""
_GOES_ON = re.compile(
    r"\s+(?!(?:and|or|in|as|with|from|for|to|plus|but|is|are|only|areas?|boroughs?|council|town|"
    r"city|districts?|residents?|people|by|at|on|since|until|where|which|that|who|the)\b)[a-z]"
)
"""Behind such a name, a word that makes another thing of it: "Reading group", "Rugby club"."""
_OF_PLACE = re.compile(
    r"\s+(?:offices?|branch|hq|headquarters|depot|road|street|station|university|hospital|college|"
    r"prison|airport|museum)\b"
)
"""Behind a name, a thing in a place that says nothing of where else: "the Leeds office"."""
_TITLES = frozenset(
    ("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "rev", "revd", "sir", "dame")
) | {"cllr", "cllrs", "councillor", "councillors", "pc", "ps", "sgt", "sergeant", "inspector"}
"""A name behind one is a person's."""
_LIES_IN = re.compile(
    r"[\s,(]*(?:(?:wards?|areas?|boroughs?|districts?)\b[\s,(]*)?(?:(?:all )?(?:in|of|within)\b)?"
    r"[\s,(]*(?:the )?",
    re.I,
)
"""What may stand between names and the larger area in which they lie."""
_REMARK = re.compile(
    r" ?\((?:parts?|partly|some|most of|north|south|east|west|central|inner|outer|until|"
    r"from|formerly|left|closed|tb[acd]|pending|plan|temporar|occasional|limited|only|and surround)"
    r"[^()]{0,60}\)",
    re.I,
)
"""Such a remark says that less than all of an area is meant, or that it was or will be."""
_BRACKETED = re.compile(r"\b[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)* ?\($")
"""A name that is not known before an area in brackets: "Kentish Town (Camden)"."""
MAX_LETTERS = 20_000
"""Letters of a line that is read for names."""


Span = tuple[int, int]
"""Where a name begins and ends in a text."""


class NamesInText(NamedTuple):
    """The names in a text, as typed and in their order, and the text without them.

    Where a larger area behind them says where they lie, it is written behind each.
    """

    names: list[str]
    left: str


class _Token(NamedTuple):
    key: str
    begin: int
    end: int


def names(text: str) -> NamesInText:
    """Find the names of areas in running text, whatever words stand around them.

    A name is taken if it is the gazetteer's, written with capitals where the text has any, no
    part of a longer proper name ("Camden Carers", "North London"), and not behind a word that
    denies it ("not", "except"). A ward of one word has to stand inside of a sentence. What is
    listed between or beside such names and is written like one is taken as well: it may be
    misspelt. In ``left`` three dots stand for each of them.
    """
    text = "\n".join(" ".join(line.split()) for line in text[:MAX_LETTERS].split("\n"))
    plain = _ADDRESS.sub(lambda m: " " * len(m[0]), text)
    spans: list[Span] = []
    within: dict[Span, str] = {}
    for begin, end, stop in _sentences(plain):
        found = _find_known(plain, begin, end)
        told = sorted([*found, *_find_beside(plain, begin, end, found)])
        less = [span for span in found if _is_lessened(plain, span, end, stop)]
        if less:  # the first of them, and all that stands behind it, is one text
            told = [span for span in told if span < min(less)]
            told.append((min(less)[0], begin + len(plain[begin:stop].rstrip(" .!?\n"))))
        told, larger = _qualify(plain, [_take_remark(plain, *span) for span in told])
        spans += told
        within |= larger
    left, at = [], 0
    for begin, end in spans:
        left += [text[at:begin], "…"]
        at = end
    said = [text[b:e] + within.get((b, e), "") for b, e in spans]
    return NamesInText(said, " ".join("".join([*left, text[at:]]).split()))


def _take_remark(text: str, begin: int, end: int) -> Span:
    """Let a remark in brackets that lessens a name be read with it: "Brent (north)"."""
    remark = _REMARK.match(text, end)
    return begin, remark.end() if remark else end


def _qualify(text: str, told: list[Span]) -> tuple[list[Span], dict[Span, str]]:
    """Let a larger area say where the names just before it lie: "Gospel Oak, Camden".

    Returns the names that are left, and what is written behind each of those that it holds. A name
    that is not known, just before it, is one text with it, so that it is asked about.
    """
    kept: list[Span] = []
    within: dict[Span, str] = {}
    for span in told:
        name = text[slice(*span)]
        gap = text[kept[-1][1] : span[0]] if kept else ""
        inside = []
        if gap and _LIES_IN.fullmatch(gap):
            for one in reversed(kept):
                small = beside.find_larger(text[slice(*one)].casefold())
                if one in within or not _holds(name, small):
                    break
                inside.append(one)
        if inside:
            within |= dict.fromkeys(inside, f", {name}")
        elif gap and _LIES_IN.fullmatch(gap) and _is_unknown_in(text, kept[-1], span, told):
            kept[-1] = (kept[-1][0], span[1])
        elif before := _BRACKETED.search(text, kept[-1][1] if kept else 0, span[0]):
            kept.append((before.start(), span[1] + text[span[1] :].startswith(")")))
        else:
            kept.append(span)
    pair = ", ".join(text[slice(*span)] for span in kept)
    is_pair = len(kept) == 2 and not within and text[kept[0][1] : kept[1][0]] == ", "
    if is_pair and lists.find_town_and_county(pair):  # an address or two areas: it is asked
        return [(kept[0][0], kept[1][1])], {}
    return kept, within


def _is_unknown_in(text: str, small: Span, larger: Span, told: Sequence[Span]) -> bool:
    """Tell whether a name that is not known is that of a place in the area just behind it.

    In a list of more than two it may be misspelt, unless what is behind it is a county.
    """
    if text[small[1] : larger[0]].strip() == "(":
        return True
    if beside.find_larger(text[slice(*small)].casefold()):
        return False
    is_list = len(told) > 2 and not text[small[1] : larger[0]].strip(", ")
    kinds = {kind for kind, _ in gazetteer.find_named(text[slice(*larger)])}
    return not is_list or bool(kinds & {"county", "region", "nation"})


def _holds(name: str, small: Sequence[int]) -> bool:
    """Tell whether a name is that of an area larger than others, of which it holds some."""
    larger = beside.find_larger(name.casefold())
    inside = beside.keep_inside(small, name)
    return bool(inside) and not set(larger) & set(inside)


def denies(text: str) -> bool:
    """Tell whether a text has a word from which on its names are not where somebody works."""
    return _NOT.search(text[:MAX_LETTERS]) is not None


def has_more_words(left: str) -> bool:
    """Tell whether words are left beside the names and what joins them."""
    return re.search(r"[^\W_]", _SEPARATOR.sub(" ", left)) is not None


def _is_lessened(text: str, span: tuple[int, int], denied: int, stop: int) -> bool:
    """Tell whether what a sentence denies, from one place to another, lies in a name before it.

    "Barnet except Edgware" is not all of Barnet. After "except" what is not known counts too, of
    the last name.
    """
    if denied == stop or span[1] > denied:
        return False
    name = text[span[0] : span[1]].casefold()
    without = [text[a:b].casefold() for a, b in _find_known(text, denied, stop)]
    if not without:
        word = _NOT.match(text, denied)
        return bool(word and word["except"]) and not text[span[1] : denied].strip(" ,(–-")
    return any(beside.keep_inside(beside.find_larger(one), name) for one in without)


def _sentences(text: str) -> list[tuple[int, int, int]]:
    """Return where each sentence begins, where it ends or is denied, and where it ends."""
    cuts = [0, *(m.end() for m in _END.finditer(text)), len(text)]
    found = []
    for begin, end in pairwise(cuts):
        denied = _NOT.search(text, begin, end)
        until = denied.start() if denied else end
        for office in _OFFICE.finditer(text, begin, until):
            found.append((begin, office.start(), office.start()))
            begin = office.end()
        found.append((begin, until, end))
    return [one for one in found if one[0] < one[1]]


@once
def _map_longest() -> dict[str, int]:
    """Map the first word of every name to the words of the longest name that begins so."""
    found: dict[str, int] = {}
    for key in gazetteer.map_keys():
        words = key.split()
        if words:
            found[words[0]] = max(found.get(words[0], 0), len(words))
    return found


def _tokens(text: str, begin: int, end: int) -> list[_Token]:
    found = []
    for word in WORD.finditer(text, begin, end):
        said = re.sub(r"['’]s$", "", word[0])
        found.append(
            _Token(
                "and" if said == "&" else spelling.key(said),
                word.start(),
                word.start() + len(said),
            )
        )
    return found


def _find_known(text: str, begin: int, end: int) -> list[tuple[int, int]]:
    """Return the spans of names that the gazetteer has, the longest first at each place."""
    tokens = _tokens(text, begin, end)
    has_case = not (text[begin:end].islower() or text[begin:end].isupper())
    taken, at = [], 0
    while at < len(tokens):
        most = min(_map_longest().get(tokens[at].key, 0), len(tokens) - at)
        sizes = (n for n in range(most, 0, -1) if _is_name(text, tokens[at : at + n], has_case))
        size = next(sizes, 0)
        if size:
            taken.append((at, at + size))
        at += size or 1
    if has_case:  # a ward of one word is a name only apart from all others with capitals
        taken = [
            pair
            for pair in taken
            if not _is_small(tokens[slice(*pair)]) or _is_apart(text, tokens, pair, [])
        ]
        taken = [pair for pair in taken if _is_apart(text, tokens, pair, taken)]
    spans = [_widen(text, tokens, *pair) for pair in taken]
    spans = [
        one
        for one in spans
        if not any(one != b and b[0] <= one[0] and one[1] <= b[1] for b in spans)
    ]
    apart: list[tuple[int, int]] = []
    for begin, stop in spans:  # what may belong to two names is read with the first of them
        past = apart[-1][1] if apart else 0
        begin = next((t.begin for t in tokens if t.begin >= max(begin, past)), stop)
        apart += [(begin, stop)] if begin < stop else []
    return apart


def _is_small(tokens: Sequence[_Token]) -> bool:
    """Tell whether a name is one word and that of wards alone."""
    rows = gazetteer.map_keys()[tokens[0].key] if len(tokens) == 1 else ()
    return bool(rows) and all(gazetteer.rows()[row][0] == "ward" for row in rows)


def _is_name(text: str, tokens: Sequence[_Token], has_case: bool) -> bool:
    key = " ".join(token.key for token in tokens)
    if key not in gazetteer.map_keys():
        return False
    between = r"[\s,\-–.'’]*" if " and " in key else _BETWEEN
    gaps = (text[a.end : b.begin] for a, b in pairwise(tokens))
    if not all(re.fullmatch(between, gap) for gap in gaps):
        return False
    if not has_case:
        return not _is_small(tokens) and key not in _WORDS_TOO
    if _is_small(tokens) and _is_first(text, tokens[0]):
        return False
    end = tokens[-1].end
    if (key in _WORDS_TOO and _GOES_ON.match(text, end)) or _OF_PLACE.match(text, end):
        return False
    return _is_capital(text, tokens[0]) and _is_capital(text, tokens[-1])


def _is_capital(text: str, token: _Token) -> bool:
    return text[token.begin].isupper() or text[token.begin].isdigit()


def _is_first(text: str, token: _Token) -> bool:
    """Tell whether a word begins its sentence: its capital says nothing."""
    before = text[: token.begin].rstrip(" \t\"'“‘>•-")
    return not before or before[-1] in ".!?:\n"


def _is_apart(
    text: str, tokens: Sequence[_Token], pair: tuple[int, int], others: list[tuple[int, int]]
) -> bool:
    """Tell whether no word with a capital that is no name stands directly beside a name."""
    first, stop = pair
    if stop < len(tokens) and stop not in {begin for begin, _ in others}:
        behind, gap = tokens[stop], text[tokens[stop - 1].end : tokens[stop].begin]
        if gap.isspace() and _is_capital(text, behind) and behind.key not in _AFTER:
            return False
    if first and first not in {end for _, end in others}:
        before, gap = tokens[first - 1], text[tokens[first - 1].end : tokens[first].begin]
        if before.key in _TITLES and re.fullmatch(r"\.?\s+", gap):
            return False
        proper = _is_capital(text, before) and not _is_first(text, before)
        return not (gap.isspace() and proper and before.key not in _BEFORE)
    return True


def _widen(text: str, tokens: Sequence[_Token], first: int, stop: int) -> tuple[int, int]:
    """Widen a name by what stands around it and is read with it: "London Borough of", "ward"."""
    spans = [(first - n, stop + m) for n in (3, 2, 1, 0) for m in (2, 1, 0) if n or m]
    for a, b in spans:
        if a < 0 or b > len(tokens):
            continue
        before = " ".join(token.key for token in tokens[a:first])
        after = " ".join(token.key for token in tokens[stop:b])
        wider = text[tokens[a].begin : tokens[b - 1].end]
        known = before in ("", *_BEFORE) and after in ("", *_AFTER)
        if known and re.fullmatch(r"[\w\s\-'’.&]+", wider) and gazetteer.find_named(wider):
            return tokens[a].begin, tokens[b - 1].end
    return tokens[first].begin, tokens[stop - 1].end


def _find_beside(
    text: str, begin: int, end: int, known: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Return what is listed with known names and written like one: "Camden, Suthwark and …"."""
    found = []
    edges = [begin, *(edge for pair in known for edge in pair), end]
    for gap in range(0, len(edges) if known else 0, 2):
        pieces = _pieces(text, edges[gap], edges[gap + 1])
        if gap == 0:  # before the first name: the last words before a separator
            pieces = [(_last_run(text, a, b), b) for a, b in pieces[-2:-1]]
        elif len(pieces) > 1:
            pieces = pieces[1:] if gap == len(edges) - 2 else pieces[1:-1]
        else:
            pieces = []
        for a, b in pieces:
            b = a + len(text[a:b].rstrip(" .!?)\n"))
            if b > a and _LIKE_A_NAME.fullmatch(text, a, b):
                found.append((a, b))
    return found


def _pieces(text: str, begin: int, end: int) -> list[tuple[int, int]]:
    """Cut a stretch at what separates the entries of a list."""
    cuts = [begin, *(edge for m in _SEPARATOR.finditer(text, begin, end) for edge in m.span()), end]
    return list(zip(cuts[::2], cuts[1::2], strict=True))


def _last_run(text: str, begin: int, end: int) -> int:
    """Return where the words with capitals begin that end a stretch; its end if there are none."""
    run = re.search(rf"(?<![\w]){_LIKE_A_NAME.pattern}$", text[begin:end])
    return begin + run.start() if run and run.start() else end
