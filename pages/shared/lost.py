"""What a link asked for that is not here, told in a sentence."""

from collections.abc import Mapping

from mapping import findings


def no_page(name: str) -> str:
    """Say that an address is no page."""
    return (
        f"There is no page “{name[:40]}” here; you are on the first one. The others are named at "
        "the top."
    )


def left_out(words: Mapping[str, str], ignored: Mapping[str, str]) -> str:
    """Say which choices of a link are not known; ``words`` are what a reader calls each."""
    said = findings.listed([f"{words[key]} (“{found[:40]}”)" for key, found in ignored.items()], 9)
    one = len(ignored) == 1
    return (
        f"The link's {'choice' if one else 'choices'} of {said} {'is' if one else 'are'} not known "
        f"here and {'was' if one else 'were'} left out."
    )
