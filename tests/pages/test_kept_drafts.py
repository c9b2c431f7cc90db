"""What is put in and not saved is kept on the server, with answers, for whoever has the link."""

import re
from collections.abc import Callable
from pathlib import Path

import faults
import pytest
from shown import Shown, opened
from test_upload import MESSY, box, dropped, part, press, save, set_

from mapping import drafts
from mapping.drafts import keeping
from pages.shared import choices, held, registers, upkeep

pytestmark = pytest.mark.usefixtures("own_database")
CAMDEN = {"place": "borough.E09000007"}
NUMBERS = b"postcode,households\nNW5 2AA,10\nNW5 2AB,20\n"
TEAMS = b"ward,team\nE05013663,North\nE05013664,South\n"


def test_every_kind_that_may_be_brought_is_kept() -> None:
    assert set(held.KINDS) == set(choices.BROUGHT)


def link_of(shown: Shown) -> dict[str, str]:
    """Return the link in the address, which a reload asks for again."""
    found = shown.link()
    assert re.fullmatch(r"[\w.-]{22,}", found["draft"])
    return found


def put_in(shown: Shown, label: str, content: bytes, name: str) -> Shown:
    found = next(b for b in shown.app.file_uploader if b.label == label)
    found.set_value((name, content, "text/csv"))
    return shown.run()


def again(shown: Shown) -> Shown:
    """Open what is in the address in a session of its own: a reload, or another process."""
    return opened("upload", **link_of(shown))


def count(tmp_path: Path) -> int:
    return len([path for path in (tmp_path / "drafts").iterdir() if path.is_dir()])


def test_a_file_and_the_answers_given_so_far_survive_a_reload(tmp_path: Path) -> None:
    shown = part(dropped(**CAMDEN), "ambiguous")
    set_(shown, "Character set", "cp1252")
    asked = box(part(shown, "ambiguous"), "**1 row says “Abbey”.**")
    asked.set_value("ward.E05013810")
    shown.run()
    assert "1 answer to apply" in shown.captions or "One answer to apply" in shown.captions
    other = again(shown)
    assert other.finding == shown.finding
    assert box(other, "Character set").value == "cp1252"
    assert "partners.csv” is here again, with the answers given so far" in other.notes[0]
    part(other, "ambiguous")
    assert "One answer to apply" in other.captions
    press(other, "Apply my answers")
    assert "1 row matched, 1 was corrected" in other.finding
    assert other.notes == []
    assert count(tmp_path) == 1


def test_the_page_says_until_when_it_is_kept_and_who_sees_it_and_forgets_it(tmp_path: Path) -> None:
    shown = dropped()
    assert re.search(
        r"Kept on this server until \d\d:\d\d( UTC)? on \d+ \w+ \d{4}\. Anyone with the link in "
        r"the address bar can see it\.",
        shown.captions,
    )
    link = link_of(shown)
    press(shown, "Forget this file now")
    assert "draft" not in shown.link()
    assert shown.finding.startswith("Upload a list of who works where.")
    assert count(tmp_path) == 0
    gone = opened("upload", **link)
    assert gone.finding.startswith("Upload a list of who works where.")
    assert "no longer kept on this server" in gone.notes[0]
    assert "draft" not in gone.link()
    assert gone.run().notes == []


def test_a_map_survives_with_what_was_said_of_it(tmp_path: Path) -> None:
    shown = put_in(
        opened("upload", bring="map", **CAMDEN), "Upload a map of areas", TEAMS, "teams.csv"
    )
    other = again(shown)
    assert other.finding == shown.finding
    assert other.control("bring") == "map"
    box(other, "What one area is called").set_value("Team")
    press(other, "Save the map")
    assert count(tmp_path) == 0
    assert "draft" not in other.link()
    shown.run()
    assert "no longer kept on this server" in shown.notes[0]
    assert shown.finding.startswith("Upload a map of areas")


def test_numbers_survive_with_the_column_that_was_chosen() -> None:
    content = b"postcode,households,flats\nNW5 2AA,10,3\nNW5 2AB,20,4\n"
    shown = opened("upload", bring="numbers", **CAMDEN)
    put_in(shown, "Upload figures", content, "homes.csv")
    set_(shown, "Figures column", "flats")
    other = again(shown)
    assert box(other, "Figures column").value == "flats"
    assert other.tables().keys() == shown.tables().keys()


def test_what_was_put_in_of_several_kinds_is_all_there_again() -> None:
    shown = dropped(**CAMDEN)
    shown.choose("bring", "numbers")
    put_in(shown, "Upload figures", NUMBERS, "homes.csv")
    other = again(shown)
    assert link_of(other)["draft"].count(".") == 1
    assert "“partners.csv” and “homes.csv” are here again" in other.notes[0]
    other.choose("bring", "organisations")
    assert other.explanation.startswith("partners.csv: three organisations.")


def test_two_tabs_with_one_draft_lose_no_answer_of_each_other() -> None:
    shown = dropped(**CAMDEN)
    other = again(shown)
    set_(part(shown, "ambiguous"), "If a name could be several places", True)
    set_(other, "Character set", "cp1252")
    part(other, "ambiguous")
    assert box(other, "If a name could be several places").value is True
    shown.run()
    assert box(shown, "Character set").value == "cp1252"
    assert shown.finding == other.finding


def test_what_one_tab_has_saved_is_saved_in_the_other_and_saved_once() -> None:
    shown = dropped(**CAMDEN)
    other = again(shown)
    save(shown, "Ours")
    save(other, "Ours")
    assert len(registers.store().list()) == 1
    (row,) = registers.store().list().to_dict("records")
    assert row["uploads"] == 1


def test_what_was_read_in_another_way_meanwhile_is_not_called_saved() -> None:
    shown = dropped(**CAMDEN)
    other = again(shown)
    set_(other, "Character set", "cp1252")
    save(shown, "Ours")
    assert "Not saved yet" in other.run().explanation


def test_a_file_in_its_place_lets_go_of_the_one_before(tmp_path: Path) -> None:
    shown = dropped()
    first = link_of(shown)
    put_in(shown, "Upload a file", MESSY + b"One More,,Camden,\n", "other.csv")
    assert count(tmp_path) == 1
    assert link_of(shown) != first


def test_who_puts_in_a_file_of_her_own_leaves_the_one_whose_link_she_opened(tmp_path: Path) -> None:
    shown = dropped()
    other = again(shown)
    put_in(other, "Upload a file", b"Organisation,Where\nMine,Camden\n", "other.csv")
    assert count(tmp_path) == 2
    assert shown.run().explanation.startswith("partners.csv")


@pytest.mark.parametrize("page", ["place", "gaps", "data_and_method"])
def test_no_other_page_has_the_id_in_its_address_and_the_file_waits(page: str) -> None:
    shown = dropped(**CAMDEN)
    link = link_of(shown)
    shown.turn_to(page)
    assert "draft" not in shown.link()
    sent = "".join(map(str, shown.app.get("page_link"))) + "".join(shown.html)
    assert link["draft"] not in sent
    shown.turn_to("upload")
    assert link_of(shown)["draft"] == link["draft"]
    assert shown.explanation.startswith("partners.csv")
    assert "draft" not in opened(page, **link).link()


def test_neither_a_step_of_a_storyline_nor_what_is_taken_away_has_the_id() -> None:
    shown = dropped(**CAMDEN)
    link = link_of(shown)["draft"]
    save(shown, "Ours")
    shown.app.session_state["cg-storyline"] = True
    shown.run()
    press(shown, "Add this view")
    (workspace,) = registers.store().list()["id"]
    assert link not in str(registers.store().export_whole(workspace))
    steps = registers.read_kind(registers.identify(workspace), registers.kinds.storyline.KIND)
    assert [step.page for step in steps] == ["upload"]
    assert not any(link in str(step) for step in steps)


def test_a_draft_whose_time_is_up_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = dropped()
    link = link_of(shown)
    monkeypatch.setattr(keeping, "KEEP_S", -1)
    again_ = opened("upload", **link)
    assert "a day has passed since it was last changed" in again_.notes[0]
    assert faults.is_plain(again_.notes[0])
    assert "no longer kept" in shown.run().notes[0]


def test_a_draft_of_a_later_version_says_so_and_stays(tmp_path: Path) -> None:
    shown = dropped()
    link = link_of(shown)
    (said,) = (tmp_path / "drafts").rglob("draft.json")
    said.write_text(said.read_text().replace('"version": 1', '"version": 2'))
    other = opened("upload", **link)
    assert "kept by a newer Common Ground" in other.notes[0]
    assert said.exists()
    shown.run()
    assert shown.explanation.startswith("partners.csv")
    assert "A reload loses what you answered last." in shown.captions


@pytest.mark.parametrize("damaged", ['"reading"', '"save_id"', '"kind": "organisations"'])
def test_a_draft_that_another_build_wrote_otherwise_is_gone(tmp_path: Path, damaged: str) -> None:
    shown = dropped()
    link = link_of(shown)
    (said,) = (tmp_path / "drafts").rglob("draft.json")
    said.write_text(said.read_text().replace(damaged, damaged[:-2] + 'x"'))
    assert "no longer kept on this server" in opened("upload", **link).notes[0]


@pytest.mark.parametrize("why", faults.DISK)
def test_a_disk_that_takes_nothing_stops_nothing_and_is_said(why: str) -> None:
    shown = opened("upload", **CAMDEN)
    with faults.disk(why):
        put_in(shown, "Upload a file", MESSY, "partners.csv")
        assert shown.explanation.startswith("partners.csv")
        assert "Held only while this page is open: a reload loses it." in shown.captions
        assert faults.is_plain(shown.captions.split("a reload loses it. ")[1].split("\n")[0])
        assert "draft" not in shown.link()
    set_(shown, "Character set", "cp1252")
    assert "Kept on this server until" in shown.captions
    with faults.disk(why):
        set_(shown, "Character set", "utf-8")
        assert "A reload loses what you answered last." in shown.captions
        assert box(shown, "Character set").value == "utf-8"
        assert box(shown.run(), "Character set").value == "utf-8"
    set_(part(shown, "ambiguous"), "If a name could be several places", True)
    assert box(again(shown), "Character set").value == "utf-8"


def test_a_limit_that_is_reached_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MAX_VISIT_BYTES", 250)
    shown = dropped(**CAMDEN)
    shown.choose("bring", "numbers")
    put_in(shown, "Upload figures", NUMBERS * 3, "homes.csv")
    assert "Save or forget some of them." in shown.captions
    assert shown.tables()


def test_a_server_deletes_what_is_over_soon_after_its_start_and_daily(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dropped()
    monkeypatch.setattr(keeping, "KEEP_S", -1)
    monkeypatch.setattr(upkeep, "START_S", 0.01)
    with upkeep.serving():
        wait(lambda: count(tmp_path) == 0)


def wait(is_so: Callable[[], bool]) -> None:
    from threading import Event

    for _ in range(2_000):
        if is_so():
            return
        Event().wait(0.01)
    pytest.fail("it never was so")


def test_a_folder_of_drafts_that_is_not_to_be_had_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("COMMON_GROUND_DATABASE", "mysql://elsewhere")
    upkeep.forget_drafts()
    assert "mysql" in caplog.text


@pytest.mark.parametrize("link", [".", "x", "A" * 22, "../../x", "." * 400, "\0", "{{7*7}}"])
def test_a_link_that_is_none_says_that_it_is_gone(link: str) -> None:
    shown = opened("upload", draft=link, **CAMDEN)
    assert "draft" not in shown.link()
    assert all("no longer kept" in note for note in shown.notes)
    assert drafts.find_folder().exists() is False


def test_the_link_no_longer_holds_figures_that_were_saved(tmp_path: Path) -> None:
    shown = put_in(opened("upload", bring="numbers", **CAMDEN), "Upload figures", NUMBERS, "a.csv")
    assert count(tmp_path) == 1
    box(shown, "What the figures are (e.g. households)").set_value("homes")
    press(shown, "Save the figures")
    assert registers.store().list()["weights"].tolist() == [1]
    assert "draft" not in shown.link()
    assert count(tmp_path) == 0
