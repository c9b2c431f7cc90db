"""Somebody's own numbers: put in, saved, chosen under Count, and told on every page."""

import re

import numpy as np
import pytest
from shown import PAGES, PLACES, WITH_AREAS, Shown, opened, unmapped
from streamlit.testing.v1 import AppTest

from mapping import own_weights, places
from mapping.errors import MappingError
from mapping.geography import layers
from mapping.geography import lenses as weights
from pages.shared import own_lenses, registers
from pages.upload import weighing

CAMDEN = places.at(*PLACES["Camden"].split("."))
WARDS = [
    code
    for code, lad in zip(layers.wards()["code"], layers.wards()["lad_code"], strict=True)
    if lad == "E09000007"
]
HOUSEHOLDS = "ward,households\n" + "".join(f"{c},{1_000 + i}\n" for i, c in enumerate(WARDS))
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
    if page in WITH_AREAS:
        said = shown.finding.replace("young people", "")  # a theme
        assert not re.search(r"\b(residents|people|everyone|estimated)\b", said, re.I)
        assert not re.search(r"residents|estimated", " ".join(shown.numbers), re.I)


@pytest.mark.parametrize("page", WITH_AREAS)
def test_what_is_left_over_stands_beside_the_lens_on_every_page(page: str) -> None:
    workspace, by = saved(HOUSEHOLDS + "E05999999,7\n")
    captions = through(by, workspace, page).captions
    assert "One row of “census” (less than 1% of the total) could not be used." in captions
    assert "could not be used." in captions
    captions = through(by, workspace, page, "Greater London").captions
    assert re.search(
        r"In Greater London 9\d% of postcodes have no figure and count as 0\.", captions
    )


def test_the_sentence_names_what_is_counted() -> None:
    workspace, by = saved()
    said = through(by, workspace, "mismatches").explanation
    assert "% of households are outside" in said
    table = through(by, workspace).table("Wards in Camden")
    assert table["Households"].tolist()[0].replace(",", "").isdigit()


def test_a_downloaded_table_says_what_was_counted_and_what_was_left_over() -> None:
    workspace, by = saved(HOUSEHOLDS + "E05999999,7\n")
    through(by, workspace)
    assert weights.counts(by) == "households"
    assert "One row names an area we do not know (E05999999): 7." in weights.note(by)


@pytest.mark.parametrize("workspace", [True, False])
def test_own_numbers_that_are_not_at_hand_are_told_in_a_calm_sentence(workspace: bool) -> None:
    other, _ = saved()
    shown = through("own.0123456789abcdef0123", other if workspace else "")
    assert len(shown.notes) == 1
    assert shown.notes[0].startswith("This link uses figures")
    assert "We are showing residents instead" in shown.notes[0]
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
    said = through(by, workspace, "mismatches").explanation
    assert "% of need is outside" in said


def test_numbers_that_count_residents_may_be_called_so_and_are_not_estimated() -> None:
    workspace, by = saved("ward,Usual residents 2021\n" + HOUSEHOLDS.split("\n", 1)[1])
    shown = through(by, workspace, "mismatches")
    assert "% of residents are outside" in shown.explanation
    assert "estimated" not in shown.finding + shown.explanation


# --- the box --------------------------------------------------------------------------------


def page() -> None:
    """Draw nothing but the box of numbers."""
    from pages.shared import state
    from pages.upload import weighing

    weighing.box(state.read("upload"))


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
    return next(
        w
        for kind in (shown.app.selectbox, shown.app.text_input, shown.app.checkbox)
        for w in kind
        if w.label.replace("\\", "").startswith(label)
    )


def said(shown: Shown) -> str:
    return " ".join(shown.html)


def test_a_file_is_told_saved_and_counted_by() -> None:
    shown = boxed()
    assert f"All {len(WARDS)} rows matched." in said(shown)
    assert registers.store().list().empty
    press(shown, "Save the figures")
    assert registers.store().list()["name"].tolist() == ["Partners in Camden"]
    press(shown, "Use these figures")
    by = shown.link()["by"]
    assert by.startswith("own.")
    total = weights.get(by).values[CAMDEN.positions].sum()
    assert total == pytest.approx(sum(range(1_000, 1_000 + len(WARDS))))


def test_what_it_counts_can_be_said_otherwise() -> None:
    shown = boxed()
    control(shown, "What the figures are (e.g. households)").set_value("homes")
    press(shown, "Save the figures")
    press(shown, "Use these figures")
    assert weights.counts(shown.link()["by"]) == "homes"


def test_a_file_with_several_columns_of_numbers_asks_which_one_counts() -> None:
    rows = "".join(f"{code},{i},{2 * i}\n" for i, code in enumerate(WARDS, 1))
    shown = boxed("ward,homes,flats\n" + rows)
    assert shown.notes == ["More than one column has numbers. Choose which to use."]
    control(shown, "Figures column").set_value("flats")
    shown.run()
    assert shown.notes == []
    press(shown, "Save the figures")
    press(shown, "Use these figures")
    by = shown.link()["by"]
    assert weights.counts(by) == "flats"
    assert weights.get(by).values.sum() == pytest.approx(len(WARDS) * (len(WARDS) + 1))


def test_a_name_with_several_meanings_is_asked_about() -> None:
    shown = boxed("ward,homes\nAbbey,10\nKentish Town North,5\n")
    assert "1 row matched and 1 needs a decision from you." in said(shown)
    meant = control(shown, "“Abbey” is")
    meant.set_value(found_option("Abbey"))
    shown.run()
    assert "1 row matched and 1 was corrected." in said(shown)


def test_names_that_mean_the_one_in_the_place_are_asked_about_no_more() -> None:
    shown = boxed("ward,homes\nHighgate,10\nAbbey,5\n")
    inside = control(shown, "If a name could be several places, use the one in Camden")
    inside.set_value(True)
    shown.run()
    asked = [box.label for box in shown.app.selectbox if box.label.endswith(" is")]
    assert asked == ["“Abbey” is"]
    assert "1 row was corrected and 1 needs a decision from you." in said(shown)
    control(shown, "If a name could be several places, use the one in Camden").set_value(False)
    shown.run()
    assert "<h3>2 rows need a decision from you.</h3>" in said(shown)


def found_option(name: str) -> str:
    question = own_weights.read(f"ward,homes\n{name},10\n".encode(), name="a.csv").questions.iloc[0]
    return question["candidates"][0][0]


def test_rows_that_count_nowhere_are_listed_with_why() -> None:
    shown = boxed(HOUSEHOLDS + "E05999999,7\n" + f"{WARDS[0]},n/a\n")
    shown.app.segmented_control[0].set_value("unmatched")
    shown.run()
    table = shown.table("Rows that could not be matched to a place")
    assert len(table) == 2
    assert "E05999999 is the code of a ward, but not a current one" in table["Why"].iloc[0]
    assert "“n/a” is not a number" in table["Why"].iloc[1]


def test_a_file_of_which_nothing_is_placed_cannot_be_saved() -> None:
    shown = boxed("ward,homes\nE05999999,7\n")
    assert shown.notes == ["None of these rows matched a place, so there is nothing to use."]
    assert not [b for b in shown.app.button if b.label == "Save the figures"]


def test_a_file_that_is_no_table_is_told_in_a_sentence() -> None:
    shown = boxed("%PDF-1.4 nothing", "numbers.csv")
    assert "We cannot read a PDF as a table." in shown.notes[0]


def test_saved_numbers_can_be_removed_and_residents_count_again() -> None:
    shown = boxed()
    press(shown, "Save the figures")
    press(shown, "Use these figures")
    press(shown, "Remove permanently")
    assert "by" not in shown.link()
    assert shown.notes == []
    assert registers.own_lenses(registers.identify(shown.link()["workspace"])) == ()


@pytest.mark.parametrize("page_", WITH_AREAS)
def test_hostile_words_for_what_is_counted_do_nothing(page_: str) -> None:
    workspace, by = saved(HOSTILE, name="<img src=x onerror=alert(1)>.csv")
    shown = through(by, workspace, page_)
    markup = [text for text in shown.html if "<img src=x" in text or "<b>!" in text]
    assert markup == []
    assert "](http" not in shown.captions.replace("\\]", "").replace("\\[", "")


def test_uncovered_people_are_ranked_by_need_as_its_file_gives_it() -> None:
    workspace, by = saved()
    key = registers.identify(workspace)
    frame = registers.rank_uncovered(("borough", "E09000007"), key, "chess", "", "residents", by)
    given = {code: 1_000 + i for i, code in enumerate(WARDS)}
    assert np.allclose(frame["need"], frame["code"].map(given))
    assert np.allclose(frame["score"], frame["people"] * frame["need"])
    assert "need" not in registers.rank_uncovered(
        ("borough", "E09000007"), key, "chess", "", "residents"
    )


@pytest.mark.parametrize("page", ["place", "partner_sets", "mismatches", "gaps"])
def test_a_place_that_the_file_has_no_number_for_is_told_so(page: str) -> None:
    workspace, by = saved()
    shown = through(by, workspace, page, "Moray")
    assert shown.finding == ("Your file has no households for Moray, so there is nothing to show.")
    assert "Your file has no figures for Moray." in shown.captions
    assert "nan" not in " ".join(shown.numbers.values())


def test_a_district_that_a_board_divides_is_told_so_only_where_the_file_counts_on_both_sides():
    place = "borough.E06000060"  # Buckinghamshire
    workspace, by = saved("postcode,homes\nHP19 8FF,9\n")
    with unmapped():
        shown = opened("mismatches", place=place, workspace=workspace, by=by)
        assert "is split between" not in shown.finding
        assert "Buckinghamshire is split between two integrated care boards" in (
            opened("mismatches", place=place).finding
        )


# --- saved once, kept while the reader is elsewhere, renamed ---------------------------------


def dropped(**choices: str) -> Shown:
    """Put a file of numbers in on the page itself."""
    shown = opened("upload", bring="numbers", place=PLACES["Camden"], **choices)
    box = next(b for b in shown.app.file_uploader if b.label == "Upload figures")
    box.set_value(("census.csv", HOUSEHOLDS.encode(), "text/csv"))
    return shown.run()


def test_a_second_click_on_save_makes_no_second_workspace(monkeypatch) -> None:
    shown = dropped()
    asked: list[tuple] = []
    keep = weighing._keep
    monkeypatch.setattr(weighing, "_keep", lambda *told: [asked.append(told), keep(*told)])
    shown.run()
    press(shown, "Save the figures")
    weighing._keep(*asked[0][:3])  # the click that came before the page was drawn anew
    found = registers.store().list()
    assert found["name"].tolist() == ["Partners in Camden"]
    assert found["weights"].tolist() == [1]
    assert found["version"].tolist() == [2]


def test_a_save_whose_answer_was_lost_is_repeated_without_a_second_workspace(monkeypatch) -> None:
    shown = dropped()
    store = registers.store()
    real = type(store).save_weights

    def lost(self, *args, **kwargs):
        real(self, *args, **kwargs)
        raise MappingError("The connection was lost.")

    with monkeypatch.context() as patched:
        patched.setattr(type(store), "save_weights", lost)
        press(shown, "Save the figures")
    assert shown.notes == ["The connection was lost."]
    press(shown, "Save the figures")
    found = registers.store().list()
    assert found[["weights", "version"]].to_numpy().tolist() == [[1, 2]]
    assert shown.link()["workspace"] == found["id"].item()


def test_a_file_of_numbers_is_still_there_when_its_reader_comes_back() -> None:
    shown = dropped()
    control(shown, "Type of area").set_value("area")
    shown.run()
    shown.turn_to("place")
    shown.turn_to("upload")
    assert f"All {len(WARDS)} rows matched." in said(shown)
    assert control(shown, "Type of area").value == "area"
    press(shown, "Save the figures")
    assert len(registers.own_lenses(registers.identify(shown.link()["workspace"]))) == 1
    press(shown, "Forget this file now")
    shown.turn_to("place")
    shown.turn_to("upload")
    assert "rows matched" not in said(shown)


def test_words_typed_just_before_saving_are_saved() -> None:
    shown = dropped()
    control(shown, "Name").set_value("Census 2021")
    press(shown, "Save the figures")
    (lens,) = registers.own_lenses(registers.identify(shown.link()["workspace"]))
    assert lens.name == "Census 2021"


def test_saved_numbers_are_renamed_and_whoever_counts_by_them_goes_on_to() -> None:
    workspace, by = saved()
    shown = opened("upload", bring="numbers", place=PLACES["Camden"], workspace=workspace, by=by)
    control(shown, "What these figures are").set_value("homes")
    control(shown, "Name of these figures").set_value("Census")
    press(shown, "Rename these figures")
    assert shown.notes == ["Renamed “census” to “Census” (homes)."]
    (lens,) = registers.own_lenses(registers.identify(workspace))
    assert (lens.name, lens.counts) == ("Census", "homes")
    assert shown.link()["by"] == lens.by != by
    assert shown.control("by") == lens.by
    assert "This link uses figures" in through(by, workspace).notes[0]


def test_numbers_that_somebody_else_removed_are_not_renamed_back_to_life() -> None:
    workspace, by = saved()
    shown = opened("upload", bring="numbers", place=PLACES["Camden"], workspace=workspace)
    registers.store().remove_weights(workspace, by.removeprefix(weights.OWN))
    control(shown, "Name of these figures").set_value("Census")
    press(shown, "Rename these figures")
    assert "We cannot find weights with" in shown.notes[0]
    assert registers.own_lenses(registers.identify(workspace)) == ()


def test_need_that_is_removed_is_no_need_any_more() -> None:
    workspace, by = saved()
    shown = opened("upload", bring="numbers", place=PLACES["Camden"], workspace=workspace, need=by)
    press(shown, "Remove permanently")
    assert "need" not in shown.link()
    assert shown.notes == ["“census” was removed."]


def test_percentages_are_read_and_said_to_be_need() -> None:
    shown = boxed("ward,% in poverty\n" + "".join(f"{c},{i}%\n" for i, c in enumerate(WARDS)))
    assert f"All {len(WARDS)} rows matched." in said(shown)
    assert "Use them as need on the Gaps page" in said(shown)


def test_a_file_without_numbers_says_so_and_no_more() -> None:
    shown = boxed("ward,colour\n" + "".join(f"{code},red\n" for code in WARDS))
    assert shown.notes == ["No column has numbers. Choose above the one to use, if there is one."]
    assert "could not be matched" not in said(shown)


def test_a_column_is_chosen_once_and_kept() -> None:
    rows_ = "".join(f"{code},{i},{2 * i}\n" for i, code in enumerate(WARDS, 1))
    shown = boxed("ward,homes,flats\n" + rows_)
    control(shown, "Figures column").set_value("flats")
    shown.run()
    control(shown, "What the figures are (e.g. households)").set_value("dwellings")
    shown.run()
    assert control(shown, "Figures column").value == "flats"
    control(shown, "Figures column").set_value("homes")
    shown.run()
    assert control(shown, "What the figures are (e.g. households)").value == "homes"


@pytest.mark.parametrize("page", PAGES)
def test_every_page_goes_on_while_the_database_is_away_and_keeps_the_link(
    page: str, monkeypatch
) -> None:
    workspace, _ = saved()
    monkeypatch.setenv("COMMON_GROUND_DATABASE", "postgresql://me:s3cret@127.0.0.1:1/none")
    registers.store.clear()
    shown = opened(page, place=PLACES["Camden"], workspace=workspace)
    told = " ".join(shown.notes)
    assert "it cannot be reached" in told
    assert "s3cret" not in told
    assert shown.finding
    assert shown.link()["workspace"] == workspace


def test_the_workspace_is_there_again_when_its_database_is(monkeypatch) -> None:
    workspace, by = saved()
    with monkeypatch.context() as patched:
        patched.setenv("COMMON_GROUND_DATABASE", "postgresql://me:s3cret@127.0.0.1:1/none")
        registers.store.clear()
        shown = opened("gaps", place=PLACES["Camden"], workspace=workspace)
        assert "cannot be reached" in shown.notes[0]
    shown.run()
    assert shown.notes == []
    assert shown.link()["workspace"] == workspace
    assert by in own_lenses.keys(registers.identify(workspace))
