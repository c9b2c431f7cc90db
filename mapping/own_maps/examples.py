"""Examples: a table of invented neighbourhood teams, to try a map of areas with."""

from typing import NamedTuple

from mapping.atoms import DATA


class Example(NamedTuple):
    """A file to try: its name, what it shows in a few words, and the place to look at it in."""

    file_name: str
    title: str
    place: str

    @property
    def content(self) -> bytes:
        """Return the bytes of the file."""
        return (DATA / "examples" / self.file_name).read_bytes()


EXAMPLE = Example(
    "neighbourhood-teams.csv", "Illustrative neighbourhood teams of Camden", "borough.E09000007"
)
"""Every team in it is invented, and its name says so; some small areas are in none."""
