"""Forms that are in no list, as bodies and their software write them: none is silently wrong."""

import pytest

from mapping import footprints
from mapping.footprints import Upload


def read(text: str, name: str = "partners.csv", **options) -> Upload:
    return footprints.read(text.encode(), name=name, **options)


def told(upload: Upload) -> list[tuple[str, str]]:
    """List the outcome of each row and what it was matched to, without kinds and codes."""
    plain = [text.split(" (")[0] for text in upload.rows["matched_to"]]
    return list(zip(upload.rows["outcome"], plain, strict=True))


def role_of(upload: Upload, heading: str) -> str:
    return upload.columns[heading].role


@pytest.mark.parametrize(
    ("heading", "said", "name"),
    [
        ("Health board", "Highland", "Highland (health board (Wales and Scotland), highland)"),
        ("HB19NM", "Fife", "Fife (health board (Wales and Scotland), fife)"),
        ("Police force", "Kent", "Kent Police (police force, kent-police)"),
        ("Force area", "Devon and Cornwall", "Devon and Cornwall Police (police force"),
        ("Fire service", "Leicestershire", "Leicestershire Fire and Rescue Service (fire"),
        ("ICB", "Kent and Medway", "Kent and Medway ICB (integrated care board, E54000032)"),
        ("ICB", "Norfolk and Waveney", "Norfolk and Suffolk ICB (integrated care board"),
    ],
)
def test_a_column_of_boards_or_forces_means_these_and_not_councils_of_their_names(
    heading, said, name
):
    rows = read(f'Organisation,{heading}\nInvented Hub,"{said}"\n').rows
    assert rows["outcome"].iloc[0] in ("matched", "corrected")
    assert rows["matched_to"].iloc[0].startswith(name)


def test_several_forces_in_a_cell_are_each_read():
    text = 'Organisation,Police force\nInvented Hub,"Kent, Surrey and Gwent"\n'
    assert told(read(text)) == [("matched", "Kent Police")]
    assert read(text).rows["matched_to"].iloc[0].count("(police force") == 3
