"""What is chosen in a part of a page runs that part again, and what stands outside it stays."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from urllib.parse import parse_qsl

import looping
import pytest

from benchmarks import visitors
from benchmarks.visitors import FINDING, MAP, Visitor
from mapping.workspaces.store import Store

pytestmark = pytest.mark.browser

LONDON, CAMDEN = "place=county.greater-london", "place=borough.E09000007"


def visit(url: str, page: str, link: str, acts: Callable[[Visitor], Awaitable[None]]) -> None:
    async def go() -> None:
        async with visitors.visiting(url, page) as visitor:
            await visitor.open(link)
            await acts(visitor)
            assert visitor.failures == 0

    looping.call(lambda: asyncio.run(go()))


def written(visitor: Visitor, what: str) -> str:
    """Return what was written last of a kind in the last run; "" for nothing."""
    return next((text for text in reversed(visitor.html) if what in text), "")


def link_of(visitor: Visitor) -> dict[str, str]:
    return dict(parse_qsl(visitor.link))


def theme_of(visitor: Visitor, number: int) -> str:
    """Return the theme that an option of the box names: "Housing (homes that …)" is housing."""
    return visitor.controls["theme"].options[number].partition(" (")[0].lower()


async def choose(visitor: Visitor, key: str, number: int) -> None:
    await visitor.change(key, string_value=visitor.controls[key].options[number])


def test_another_pair_runs_its_part_and_sentence_link_and_dates_follow(serve) -> None:
    async def compare(visitor: Visitor) -> None:
        before = written(visitor, FINDING)
        assert "" in visitor.ran
        dates = set()
        for number in (2, 5, 6):
            await choose(visitor, "b", number)
            assert "" not in visitor.ran
            assert written(visitor, FINDING) not in ("", before)
            assert "b=" in visitor.link
            before = written(visitor, FINDING)
            dates.add(written(visitor, "cg-footer"))
        assert len(dates) == 3  # those of the maps that are shown, and of no others
        await choose(visitor, "by", 1)  # outside: everything follows
        assert "" in visitor.ran
        assert "b=" in visitor.link

    visit(serve("app.py"), "mismatches", LONDON, compare)


def test_a_theme_or_a_ward_runs_its_part_and_what_is_outside_stays(serve) -> None:
    async def ask(visitor: Visitor) -> None:
        await choose(visitor, "theme", 4)
        assert "" not in visitor.ran
        assert written(visitor, FINDING)
        assert link_of(visitor)["theme"] == theme_of(visitor, 4)
        assert "shown" not in link_of(visitor)
        assert not written(visitor, "cg-footer")  # its dates are the same, whatever the theme
        await visitor.change(MAP, **visitors.click(51.545, -0.16))
        assert "" not in visitor.ran
        assert "ward=" in visitor.link
        await choose(visitor, "theme", 6)
        assert "" not in visitor.ran
        assert "ward=" in visitor.link

    visit(serve("app.py"), "gaps", CAMDEN, ask)


def test_where_somebody_saved_meanwhile_the_whole_page_runs(serve) -> None:
    store = Store()  # that of the servers of these tests
    key = store.create("Meanwhile", "borough.E09000007")
    mark = partial(store.mark, key, "housing", "borough", "borough.E09000007")

    async def ask(visitor: Visitor) -> None:
        await choose(visitor, "theme", 4)
        assert "" not in visitor.ran
        mark()
        await choose(visitor, "theme", 5)
        assert "" in visitor.ran

    visit(serve("app.py"), "gaps", f"{CAMDEN}&workspace={key}", ask)
