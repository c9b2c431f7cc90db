"""Problems: the sentences in which the engine says what is wrong, as a reader is told them."""

import re

EXPECTED = re.compile(r"(?:^|(?<=[.:] ))Expected (?P<what>[^;]+); ")


def say_problem(fault: Exception | str) -> str:
    """Say what is wrong as a person would, not as a program does.

    >>> say_problem("Expected at most 5 rows; found 6. Split the file.")
    'We expected at most 5 rows, but found 6. Split the file.'
    >>> say_problem("This file is empty.")
    'This file is empty.'
    """
    return EXPECTED.sub(lambda told: f"We expected {told['what']}, but ", str(fault))
