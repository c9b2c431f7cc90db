"""Somebody's own numbers: put in, saved, chosen under Count, and told on every page."""

import re

import numpy as np
import pytest
from shown import PAGES, PLACES, Shown, opened
from streamlit.testing.v1 import AppTest

from mapping import layers, own_weights, places, weights
from pages.shared import registers

CAMDEN = places.at(*PLACES["Camden"].split("."))
WARDS = [code for code, lad in zip(layers.wards()["code"], layers.wards()["lad_code"], strict=True)
         if lad == "E09000007"]  # fmt: skip
HOUSEHOLDS = "ward,households\n" + "".join(f"{c},{1_000 + i}\n" for i, c in enumerate(WARDS))
WITH_MAP = ("place", "who_works_here", "mismatches", "partner_sets", "gaps")
HOSTILE = "ward,<b>![x](http://a.b/c)</b> $x$\n" + f"{WARDS[0]},5\n"


@pytest.fixture(autouse=True)
def kept(tmp_path, monkeypatch):
    """Give each test a store of its own."""
    monkeypatch.setenv("COMMON_GROUND_DATABASE", f"sqlite:///{tmp_path / 'kept.sqlite'}")
    registers.store.clear()
    yield
    registers.store.clear()


def saved(text: str = HOUSEHOLDS, name: str = "census.csv", **options) -> tuple[str, str]:
    """Keep the numbers of a file in a new workspace; returns its id and the lens's key."""
    lens = own_weights.read(text.encode(), name=name, **options).lens
    workspace = registers.store().create("Camden together", PLACES["Camden"])
    registers.store().save_weights(workspace, lens)
    return workspace, lens.by


def through(by: str, workspace: str, page: str = "place", place: str = "Camden") -> Shown:
    return opened(page, place=PLACES[place], by=by, workspace=workspace)


def test_a_link_counts_by_numbers_of_its_workspace() -> None:
    workspace, by = saved()
    shown = through(by, workspace)
    assert shown.notes == []
    assert shown.control("by") == by
    assert shown.link()["by"] == by
    assert shown.numbers["Households"] == f"{sum(range(1_000, 1_000 + len(WARDS))):,}"


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("place", ["Camden", "Greater London", "Moray", "NW5"])
def test_every_page_opens_through_own_numbers_and_never_speaks_of_residents(
    page: str, place: str
) -> None:
    workspace, by = saved()
    shown = through(by, workspace, page, place)
    assert shown.notes == []
    if page in WITH_MAP:
        assert not re.search(r"\b(residents|people|everyone|estimated)\b", shown.finding, re.I)
        assert not re.search(r"residents|estimated", " ".join(shown.numbers), re.I)


@pytest.mark.parametrize("page", WITH_MAP)
def test_what_is_left_over_stands_beside_the_lens_on_every_page(page: str) -> None:
    workspace, by = saved(HOUSEHOLDS + "E05999999,7\n")
    captions = through(by, workspace, page).captions
    assert (
        "One row of “census” (households), with under 1 % of its sum, counts nowhere." in captions
    )
    assert "In Camden every postcode has a number." in captions
    captions = through(by, workspace, page, "Greater London").captions
    assert re.search(r"In Greater London 9\d % of postcodes have no number and count 0\.", captions)


def test_the_sentence_names_what_is_counted() -> None:
    workspace, by = saved()
    assert "% of households are on the other side" in through(by, workspace, "mismatches").finding
    table = through(by, workspace).table("Wards of Camden")
    assert table["Households"].tolist()[0].replace(",", "").isdigit()


def test_a_downloaded_table_says_what_was_counted_and_what_was_left_over() -> None:
    workspace, by = saved(HOUSEHOLDS + "E05999999,7\n")
    through(by, workspace)
    assert weights.counts(by) == "households"
    assert "One row names areas not known here (E05999999): 7." in weights.note(by)


@pytest.mark.parametrize("workspace", [True, False])
def test_own_numbers_that_are_not_at_hand_are_told_in_a_calm_sentence(workspace: bool) -> None:
    other, _ = saved()
    shown = through("own.0123456789abcdef0123", other if workspace else "")
    assert len(shown.notes) == 1
    assert shown.notes[0].startswith("The link counts by somebody's own numbers, which")
    assert "Estimated residents are counted instead" in shown.notes[0]
    assert "Residents (estimated)" in shown.numbers
    assert "by" not in shown.link()


def test_numbers_of_a_workspace_cannot_be_counted_by_without_it() -> None:
    workspace, by = saved()
    through(by, workspace)  # lent to the process
    shown = through(by, "")
    assert "Residents (estimated)" in shown.numbers


def test_closing_the_workspace_counts_residents_again_without_a_word() -> None:
    workspace, by = saved()
    shown = through(by, workspace)
    next(b for b in shown.app.button if b.key == "_close_workspace").click()
    shown.run()
    assert shown.notes == []
    assert "by" not in shown.link()


def test_need_that_is_no_number_of_things_is_spoken_of_as_one() -> None:
    workspace, by = saved("borough,need\nCamden,12.5\n")
    shown = through(by, workspace)
    assert shown.numbers["Need"] == "12.5"
    assert "% of need is on the other side" in through(by, workspace, "mismatches").finding


def test_numbers_that_count_residents_may_be_called_so_and_are_not_estimated() -> None:
    workspace, by = saved("ward,Usual residents 2021\n" + HOUSEHOLDS.split("\n", 1)[1])
    shown = through(by, workspace, "mismatches")
    assert "% of residents are on the other side" in shown.finding
    assert "estimated" not in shown.finding


# --- the box --------------------------------------------------------------------------------


def page() -> None:
    """Draw nothing but the box of numbers."""
    from pages.shared import state, weighing

    weighing.box(state.read())


def boxed(text: str = HOUSEHOLDS, name: str = "census.csv") -> Shown:
    app = AppTest.from_function(page, default_timeout=90)
    app.query_params["place"] = PLACES["Camden"]
    shown = Shown(app).run()
    return put(shown, text, name)


def put(shown: Shown, text: str, name: str) -> Shown:
    shown.app.file_uploader[0].set_value((name, text.encode(), "text/csv"))
    return shown.run()


def press(shown: Shown, label: str) -> Shown:
    next(b for b in shown.app.button if b.label == label).click()
    return shown.run()


def control(shown: Shown, label: str):
    return next(w for kind in (shown.app.selectbox, shown.app.text_input, shown.app.checkbox)
                for w in kind if w.label.replace("\\", "").startswith(label))  # fmt: skip


def said(shown: Shown) -> str:
    return " ".join(shown.html)


def test_a_file_is_told_saved_and_counted_by() -> None:
    shown = boxed()
    assert f"All {len(WARDS)} rows matched." in said(shown)
    assert registers.store().list().empty
    press(shown, "Save the numbers")
    assert registers.store().list()["name"].tolist() == ["Partners in Camden"]
    press(shown, "Count by it")
    by = shown.link()["by"]
    assert by.startswith("own.")
    total = weights.lens(by)[CAMDEN.positions].sum()
    assert total == pytest.approx(sum(range(1_000, 1_000 + len(WARDS))))


def test_what_it_counts_can_be_said_otherwise() -> None:
    shown = boxed()
    control(shown, "What it counts").set_value("homes")
    press(shown.run(), "Save the numbers")
    press(shown, "Count by it")
    assert weights.counts(shown.link()["by"]) == "homes"


def test_a_file_with_several_columns_of_numbers_asks_which_one_counts() -> None:
    rows = "".join(f"{code},{i},{2 * i}\n" for i, code in enumerate(WARDS, 1))
    shown = boxed("ward,homes,flats\n" + rows)
    assert shown.notes == ["Several columns hold numbers: choose above the one that counts."]
    control(shown, "Column with the number").set_value("flats")
    shown.run()
    assert shown.notes == []
    press(shown, "Save the numbers")
    press(shown, "Count by it")
    by = shown.link()["by"]
    assert weights.counts(by) == "flats"
    assert weights.lens(by).sum() == pytest.approx(len(WARDS) * (len(WARDS) + 1))


def test_a_name_with_several_meanings_is_asked_about() -> None:
    shown = boxed("ward,homes\nAbbey,10\nKentish Town North,5\n")
    assert "1 row matched, 1 needs your choice." in said(shown)
    meant = control(shown, "“Abbey” is")
    meant.set_value(found_option("Abbey"))
    shown.run()
    assert "1 row matched, 1 corrected." in said(shown)


def found_option(name: str) -> str:
    question = own_weights.read(f"ward,homes\n{name},10\n".encode(), name="a.csv").questions.iloc[0]
    return question["candidates"][0][0]


def test_rows_that_count_nowhere_are_listed_with_why() -> None:
    shown = boxed(HOUSEHOLDS + "E05999999,7\n" + f"{WARDS[0]},n/a\n")
    shown.app.segmented_control[0].set_value("unmatched")
    shown.run()
    table = shown.table("Rows that could not be placed")
    assert len(table) == 2
    assert "no area in use has the code E05999999" in table["Why"].iloc[0]
    assert "“n/a” is no number" in table["Why"].iloc[1]


def test_a_file_of_which_nothing_is_placed_cannot_be_saved() -> None:
    shown = boxed("ward,homes\nE05999999,7\n")
    assert shown.notes == ["Nothing of this file is placed, so there is nothing to count by."]
    assert not [b for b in shown.app.button if b.label == "Save the numbers"]


def test_a_file_that_is_no_table_is_told_in_a_sentence() -> None:
    shown = boxed("%PDF-1.4 nothing", "numbers.csv")
    assert "found a PDF" in shown.notes[0]


def test_saved_numbers_can_be_removed_and_residents_count_again() -> None:
    shown = boxed()
    press(shown, "Save the numbers")
    press(shown, "Count by it")
    press(shown, "Remove these numbers for good")
    assert "by" not in shown.link()
    assert shown.notes == []
    assert registers.own_lenses(registers.kept(shown.link()["workspace"])) == ()


@pytest.mark.parametrize("page_", WITH_MAP)
def test_hostile_words_for_what_is_counted_do_nothing(page_: str) -> None:
    workspace, by = saved(HOSTILE, name="<img src=x onerror=alert(1)>.csv")
    shown = through(by, workspace, page_)
    markup = [text for text in shown.html if "<img src=x" in text or "<b>!" in text]
    assert markup == []
    assert "](http" not in shown.captions.replace("\\]", "").replace("\\[", "")


def test_uncovered_people_are_ranked_by_need_as_its_file_gives_it() -> None:
    workspace, by = saved()
    key = registers.kept(workspace)
    frame = registers.uncovered(("borough", "E09000007"), key, "chess", "", "residents", by)
    given = {code: 1_000 + i for i, code in enumerate(WARDS)}
    assert np.allclose(frame["need"], frame["code"].map(given))
    assert np.allclose(frame["score"], frame["people"] * frame["need"])
    assert "need" not in registers.uncovered(
        ("borough", "E09000007"), key, "chess", "", "residents"
    )


@pytest.mark.parametrize("page", ["place", "partner_sets", "mismatches", "gaps"])
def test_a_place_that_the_file_has_no_number_for_is_told_so(page: str) -> None:
    workspace, by = saved()
    shown = through(by, workspace, page, "Moray")
    assert shown.finding == ("No households are counted in Moray: the file has no number for it.")
    assert "In Moray no postcode has a number." in shown.captions
    assert "nan" not in " ".join(shown.numbers.values())
