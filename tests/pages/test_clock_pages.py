"""Pages by a clock that is wrong: they open, and say what is past its date by that clock."""

import importlib
from datetime import UTC, datetime

import pytest
from shown import PAGES, opened

YEARS = (1970, 1999, 2099)
READ_THE_CLOCK = (
    "pages.shared.layout",
    "pages.shared.take_away",
    "pages.mismatches.change",
    "pages.data_and_method.method",
)


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_whatever_the_year(
    page: str, year: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Turned(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(year, 1, 1, tzinfo=tz or UTC)

    for name in READ_THE_CLOCK:
        module = importlib.import_module(name)
        assert hasattr(module, "datetime"), f"{name} reads no clock any more"
        monkeypatch.setattr(module, "datetime", Turned)
    shown = opened(page, place="borough.E09000007")
    assert [note for note in shown.notes if "Error" in note] == []
