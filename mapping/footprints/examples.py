"""Examples: small files of invented organisations, to try the upload with, and a template."""

from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).resolve().parents[2] / "data" / "examples"
TEMPLATE = "template.csv"


class Example(NamedTuple):
    """A file to try: its name, what it shows in a few words, and the place to look at it in."""

    file_name: str
    title: str
    place: str

    @property
    def content(self) -> bytes:
        """Return the bytes of the file."""
        return (FOLDER / self.file_name).read_bytes()


EXAMPLES = (
    Example("by-codes.csv", "Areas by their codes", "county.greater-london"),
    Example("by-names-with-mistakes.csv", "Areas by name, with mistakes", "county.greater-london"),
    Example("by-postcodes.csv", "Lists of postcodes", "borough.E09000007"),
    Example("by-radius.csv", "Points with a distance", "borough.E09000007"),
)
"""What data/examples holds; every organisation in it is invented, and its name says so."""


def template() -> bytes:
    """Return a CSV with the headings that are understood best, and three rows that show how."""
    return (FOLDER / TEMPLATE).read_bytes()
