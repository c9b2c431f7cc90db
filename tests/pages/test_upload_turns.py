"""Whoever waits for the turn of a large file is told how many come before it, and then no more."""

from streamlit.testing.v1 import AppTest


def _wait(*befores: int) -> None:
    from pages.upload import reading

    turn = reading.Turn()
    for before in befores:
        turn.wait(before)


def test_whoever_waits_is_told_how_many_files_come_first():
    page = AppTest.from_function(_wait, args=(3, 1)).run()
    assert not page.exception
    (told,) = page.caption
    assert "one other file before yours" in told.value


def test_once_it_is_its_turn_nothing_is_told_any_more():
    page = AppTest.from_function(_wait, args=(2, 0)).run()
    assert not page.exception
    assert not page.caption
