"""Letters: what stands around a list in an email: greeting, closing, signature, bullets."""

import re
from collections.abc import Sequence

BULLET = re.compile(
    r"[\s>•·▪●‣◦*–—☑☒✓✔✅📍-]*(?:\[[xX✓]\]\s*|"
    r"(?:\(?\d{1,4}[.)]|\(?(?:[a-z]|[ivx]{1,5})[.)])\s+|o(?:\t\s*| {2,}))?"
)
"""What a line of a list may begin with: marks of quotation, bullets, numbers, letters."""
_UNTICKED = re.compile(
    r"[\s>•*–—-]*(☐|❌|✗|✘|\[\s?\]|~~[^~]+~~\s*$)|.{2,80}(\s(☐|❌|✗|✘)|(:| [–—-]|\t) ?no)\s*$", re.I
)
_HEADER = re.compile(
    r"(from|to|cc|bcc|sent|date|subject|received|reply-to|return-path|message-id|mime-version|"
    r"content-[a-z-]+|x-[a-z-]+|importance|attachments)\s*:",
    re.I,
)
_GREETING = re.compile(
    r"(hi|hello|dear|hey|hiya|good (morning|afternoon|evening))\b[^;|\t\d,]{0,60}(,\s*"
    r"((?-i:[a-z]).{0,200})?)?$|all,$",
    re.I,
)
_CLOSING = re.compile(
    r"(many thanks|thank you|thanks|cheers|(with )?((kind|best|warm|very) )*(regards|wishes)|"
    r"best(,\s*\w{0,20})?$|yours|sincerely|all the best|sent from my)(?!\w)",
    re.I,
)
_CONTACT = re.compile(
    r"(tel|telephone|phone|mob|mobile|t|m|e|f|fax|email|e-mail|web|w)\b\s*[:.]|www\.|https?://|"
    r"\S+@\S+\.\S+$|[+(]?[\d ()+-]{9,}$|on .{5,200} wrote:$|-{2,}\s*(original|forwarded) message",
    re.I,
)
_SPEAKING = re.compile(
    r"\b(we|our|us|i|my|you|your|please|is|are|was|will|can|could|have|has|here|see|find|attached|"
    r"below|following|cover|covers|covering|work|works|working|serve|serves|operates?|also|"
    r"includes?|including|based|deliver|delivers|support|supports|across|throughout)\b",
    re.I,
)
"""Words of sentences, seldom of names."""
_SUBJECT = re.compile(r"(we|our|i|they|it|the)\b", re.I)
MAX_LETTERS = 300
"""Letters of a line that are looked at."""
MAX_NAME_WORDS = 6
"""Words from which on a line of a letter is no name."""
MAX_CLOSING_LINES = 12
"""A closing stands no further above the end, for a text without a greeting to be a letter."""


def strip_bullet(text: str) -> str:
    """Return a line without the bullet, number or mark of quotation it begins with."""
    return text[BULLET.match(text).end() :].strip()  # type: ignore[union-attr]


def is_letter(lines: Sequence[str]) -> bool:
    """Tell whether lines are those of a letter: by its greeting, headers, or closing."""
    filled = [line for line in lines if line.strip()]
    top = [strip_bullet(line[:MAX_LETTERS]) for line in filled[:10]]
    greeted = any(_GREETING.match(line) for line in top[:3])
    headers = sum(_HEADER.match(line) is not None for line in top)
    closed = any(len(line) < 40 and signs_off(line) for line in filled[1:][-MAX_CLOSING_LINES:])
    return greeted or headers > 1 or closed


def opens(text: str) -> bool:
    """Tell whether a line greets, is a header, or says how somebody is reached."""
    line = strip_bullet(text[:MAX_LETTERS])
    return any(one.match(line) for one in (_GREETING, _HEADER, _CONTACT))


def closes(text: str) -> bool:
    """Tell whether a line closes a letter."""
    return _CLOSING.match(strip_bullet(text)) is not None


def signs_off(text: str) -> bool:
    """Tell whether a line closes a letter and holds no more than a name behind that."""
    line = strip_bullet(text[:MAX_LETTERS])
    told = _CLOSING.match(line)
    return (
        told is not None
        and re.fullmatch(r"[\s,!.]*(\w+[\s.!]*){0,3}", line[told.end() :]) is not None
    )


def is_unticked(text: str) -> bool:
    """Tell whether a line has a box that is not ticked, says no or is struck out.

    "☐ Barnet", "- [ ] Barnet", "Barnet ✗", "Barnet: no", "~~Barnet~~".
    """
    return _UNTICKED.match(text) is not None


def is_prose(text: str) -> bool:
    """Tell whether a line of a letter is no entry of a list."""
    line = strip_bullet(text)
    if opens(text) or closes(text) or line.endswith((",", ":", "!", "?")):
        return True
    return len(line.split()) > MAX_NAME_WORDS or speaks(line)


def speaks(text: str) -> bool:
    """Tell whether a line has a word of sentences beside others."""
    return len(text.split()) > 2 and _SPEAKING.search(text) is not None


def is_sentence(text: str) -> bool:
    """Tell whether a line is a sentence of running text, also without a letter around it."""
    line = strip_bullet(text)
    if "\t" in line or len(line.split()) < 4 or not speaks(line):
        return False
    return line.endswith((".", "!", "?")) or _SUBJECT.match(line) is not None
