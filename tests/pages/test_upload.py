"""The Upload page: a file is read, its rows accounted for, questions settled, and it is kept."""

import csv
import io
import re

import pytest
from shown import PLACES, Shown, opened, payloads
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from mapping import footprints
from mapping.footprints import examples
from mapping.geography import layers
from mapping.workspaces import ReceivedFile
from pages.shared import drafts, registers
from pages.upload import reading, uploading

MESSY = b"""Organisation,Themes,Where,Email
Heath Hub,health; isolation,Kentish Town North,a@b.org
Heath Hub,,Islingtn,
Quiet Trust,food,Abbey,
Nowhere Trust,housing,Zzyzx qqq,
"""
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "{{7*7}}",
    "${6*6}",
    "back\\slash",
    "*_$:red[x]`y`$",
    "https://a.example/b",
    "=1+1",
]


pytestmark = pytest.mark.usefixtures("own_database")


def dropped(content: bytes = MESSY, name: str = "partners.csv", **choices: str) -> Shown:
    """Open the page and put a file in, as a reader does."""
    shown = opened("upload", **choices)
    return put(shown, content, name)


def put(shown: Shown, content: bytes, name: str) -> Shown:
    box = next(b for b in shown.app.file_uploader if b.label.startswith("Upload a file"))
    box.set_value((name, content, "text/csv"))
    return shown.run()


def press(shown: Shown, label: str) -> Shown:
    found = [b for b in shown.app.button if b.label.startswith(label)]
    assert len(found) == 1, [b.label for b in shown.app.button]
    found[0].click()
    return shown.run()


def box(shown: Shown, label: str):
    """Return the one control with that label."""
    kinds = (
        shown.app.selectbox,
        shown.app.radio,
        shown.app.text_input,
        shown.app.number_input,
        shown.app.toggle,
        shown.app.segmented_control,
        shown.app.text_area,
    )
    found = [w for kind in kinds for w in kind if w.label.replace("\\", "").startswith(label)]
    assert len(found) == 1, [w.label for kind in kinds for w in kind]
    return found[0]


def set_(shown: Shown, label: str, value) -> Shown:
    box(shown, label).set_value(value)
    return shown.run()


def part(shown: Shown, outcome: str) -> Shown:
    return set_(shown, "What happened to each row", outcome)


def save(shown: Shown, name: str) -> Shown:
    box(shown, "Name of the new workspace").set_value(name)
    return press(shown, "Save")


@pytest.mark.parametrize("code", PLACES.values(), ids=PLACES)
def test_the_page_says_what_to_drop_and_that_nothing_is_saved(code: str) -> None:
    shown = opened("upload", place=code)
    assert (
        shown.finding == "Upload a list of who works where. Nothing is saved until you press Save."
    )
    assert "At most 50 MB, 200,000 rows" in shown.captions
    assert shown.maps() == []


def test_a_dropped_file_is_told_in_one_sentence_and_stands_on_the_map() -> None:
    shown = dropped(place=PLACES["Camden"])
    assert (
        shown.finding
        == "1 row matched, 2 need a decision from you and 1 could not be matched to a place."
    )
    assert shown.explanation == "partners.csv: three organisations. Not saved yet."
    assert shown.numbers["Organisations"] == "3"
    assert len(shown.maps()) == 1
    assert registers.store().list().empty
    table = shown.table("Organisations, and how much of Camden each covers")
    assert set(table["Organisation"]) == {"Heath Hub", "Quiet Trust", "Nowhere Trust"}
    assert set(table["Level"]) == {"Neighbourhood (derived)", ""}


@pytest.mark.parametrize(
    ("outcome", "caption", "row"),
    [
        ("matched", "Rows that matched", "2"),
        ("ambiguous", "Rows that need a decision from you", "3"),
        ("unmatched", "Rows that could not be matched to a place", "5"),
    ],
)
def test_each_part_opens_with_the_rows_it_counts(outcome: str, caption: str, row: str) -> None:
    shown = part(dropped(), outcome)
    table = shown.table(caption)
    assert table["Row"].tolist()[0] == row
    assert len(table) == footprints.read(MESSY, name="x.csv").counts[outcome]
    assert (table["In your file"] != "").all()
    if outcome == "matched":
        assert table["Matched to"].tolist() == ["Kentish Town North (ward of Camden, E05013663)"]
        assert table["Residents (estimated)"].tolist() != ["0"]


def test_picks_are_used_together_and_may_be_taken_back() -> None:
    shown = part(dropped(place=PLACES["Camden"]), "ambiguous")
    asked = box(shown, "**1 row says “Abbey”.** There are 14 areas called “Abbey”")
    asked.set_value(next(o for o in _keys(b"Abbey") if o.startswith("ward.E05013810")))
    shown.run()
    assert "2 need a decision" in shown.finding
    press(shown, "Apply my answers")
    assert shown.finding == (
        "1 row matched, 1 was corrected, 1 needs a decision from you and 1 could not be matched to "
        "a place."
    )
    press(shown, "Undo my answers")
    assert "2 need a decision" in shown.finding


def _keys(text: bytes) -> list[str]:
    asked = footprints.read(b"area\n" + text + b"\n", name="x.csv").questions
    return [key for key, _ in asked["candidates"].iloc[0]]


def test_candidates_in_the_chosen_place_come_first() -> None:
    content = b"org,area\n" + b"A,Highgate\n" * 12
    for place, first in (("Camden", "Highgate (ward of Camden)"), ("Oldham", "Highgate (ward of")):
        shown = part(dropped(content, place=PLACES[place]), "ambiguous")
        asked = box(shown, "**12 rows say “Highgate”.** There are 2 areas called “Highgate”.")
        assert asked.options[0].startswith(first)
        assert asked.options[-1].replace("\\", "") == "none of these: leave this out"
        assert asked.value is None


def test_picks_that_are_not_used_are_named_before_saving_and_may_be_cleared() -> None:
    shown = part(dropped(place=PLACES["Camden"]), "ambiguous")
    box(shown, "**1 row says “Abbey”.**").set_value("")
    press(shown.run(), "Save")
    assert shown.notes == [
        "Not saved. Press “Apply my answers” or “Clear my answers” first.",
    ]
    press(shown, "Clear my answers")
    assert "No answers yet." in shown.captions
    assert box(shown, "**1 row says “Abbey”.**").value is None
    press(shown, "Apply my answers")
    assert "2 need a decision" in shown.finding


def test_a_column_is_asked_about_once_and_may_be_answered_again() -> None:
    content = b"org,postcode\nA,NW5 2AA\nB,N7 6AA\nC,NW1 1AA\n"
    shown = dropped(content, place=PLACES["Camden"])
    asked = box(shown, "“postcode” has one postcode for each organisation")
    assert asked.options[asked.index] == "Only the postcode itself"
    assert "We use this until you choose." in shown.captions
    set_(shown, "“postcode” has one postcode", "postcode_ward")
    assert "As you chose." in shown.captions
    assert "(ward of" in part(shown, "corrected").table("Rows that were")["Matched to"].iloc[0]
    set_(shown, "“postcode” has one postcode", "address")
    assert shown.finding == "None of the 3 rows could be matched to a place."
    set_(shown, "“postcode” has one postcode", "postcode")
    assert shown.finding == "All 3 rows matched."


def test_a_known_form_is_said_with_what_was_taken_from_which_column() -> None:
    headings = b"URN,LA (code),LA (name),EstablishmentNumber,EstablishmentName,Postcode\n"
    rows = b"900001,202,Camden,1,Made-up School,NW5 2AA\n900002,206,Islington,2,B School,N7 6AA\n"
    shown = dropped(headings + rows)
    said = " ".join(text.value for text in shown.app.markdown).replace("\\", "")
    assert "This looks like the schools register. Organisations from “EstablishmentName”" in said
    table = shown.table("What we read from which column").set_index("Column")
    assert table.loc["Postcode", "Read as"] == "where: postcodes"
    assert table.loc["Postcode", "How sure, out of 100"] == "95"
    assert "LA (name)" not in table.index


def test_a_text_may_be_left_out() -> None:
    shown = part(dropped(), "ambiguous")
    box(shown, "**1 row says “Abbey”.** There are 14 areas called “Abbey”").set_value("")
    press(shown.run(), "Apply my answers")
    assert "2 could not be matched" in shown.finding
    assert "left out at your request" in " ".join(
        part(shown, "unmatched").table("Rows that could not")["Why"]
    )


def test_all_that_are_alike_enough_are_taken_with_one_button() -> None:
    shown = part(dropped(), "ambiguous")
    press(shown, "Accept the one closest match")
    assert "1 was corrected" in shown.finding
    table = part(shown, "corrected").table("Rows that were corrected")
    assert "“Islingtn” was read as Islington (council area), 88% match" in table["Why"].iloc[0]


def test_names_of_several_meanings_may_mean_the_one_in_the_place() -> None:
    shown = part(dropped(b"org,area\nA,Highgate\n", place=PLACES["Camden"]), "ambiguous")
    set_(shown, "If a name could be several places, use the one in Camden", True)
    assert shown.finding == "1 row was corrected."


def test_a_column_is_taken_for_something_else_at_once() -> None:
    shown = dropped(b"who,zone\nA,Camden\nB,Oldham\n")
    assert shown.finding == "All 2 rows matched."
    set_(shown, "zone", "ignore")
    assert shown.finding == "None of the 2 rows could be matched to a place."
    assert "which column says where organisations work" in " ".join(shown.html)
    set_(shown, "zone", "borough")
    assert shown.finding == "All 2 rows matched."


def test_encoding_delimiter_and_heading_can_be_changed_and_undone() -> None:
    shown = dropped("org;area\nCafé;Camden\n".encode("cp1252"))
    assert box(shown, "Character set").value == "cp1252"
    assert box(shown, "Separator").value == ";"
    set_(shown, "Character set", "mac-roman")
    assert "CafÈ" in " ".join(shown.html)
    set_(shown, "Heading row", 0)
    assert "2 rows and two columns; no headings." in " ".join(shown.html)
    press(shown, "Start again with this file")
    assert shown.finding == "The one row matched."
    assert box(shown, "Character set").value == "cp1252"


def test_an_encoding_that_cannot_be_is_told_in_a_sentence_and_can_be_changed_back() -> None:
    shown = dropped("org;area\nCafé;Camden\n".encode("cp1252"))
    set_(shown, "Character set", "utf-8")
    assert shown.finding == "We could not read this file as a table. Nothing has been saved."
    assert "We expected UTF-8, as chosen, but found bytes in line 2" in shown.notes[0]
    assert set_(shown, "Character set", "cp1252").finding == "The one row matched."


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (bytes(range(256)) * 400, "We cannot read this file as text"),
        (b"", "is empty"),
        (b"%PDF-1.4 x", "We cannot read a PDF as a table"),
    ],
    ids=["bytes", "empty", "pdf"],
)
def test_a_file_that_is_no_table_is_told_in_a_sentence(content: bytes, says: str) -> None:
    shown = dropped(content)
    assert shown.finding == "We could not read this file as a table. Nothing has been saved."
    assert says in shown.notes[0]
    assert put(shown, MESSY, "partners.csv").finding.startswith("1 row matched")


CENSUS = b"Postcode,Sex,Count\r\n" + b"NW5 2AA,F,17\r\n" * 250_000


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"x,y\n" * 15_000_000, "found 60.0 MB"),
        (CENSUS, "python -m mapping.build --residents pcd_p001.csv"),
        (CENSUS * 15, "python -m mapping.build --residents pcd_p001.csv"),
    ],
    ids=["60 MB", "a census", "a census of 50 MB"],
)
def test_a_file_that_is_too_large_is_told_what_to_do_with(content: bytes, says: str) -> None:
    shown = dropped(content, "pcd_p001.csv")
    assert shown.finding == "This file is too large for this page. Nothing has been saved."
    assert says in shown.notes[0]


def test_points_without_a_radius_are_given_one() -> None:
    shown = dropped(b"org,latitude,longitude\nA,51.55,-0.14\nB,51.54,-0.15\n")
    assert shown.finding == "None of the 2 rows could be matched to a place."
    set_(shown, "2 rows have a point but no distance", 800)
    assert shown.finding == "All 2 rows matched."
    assert box(shown, "Points without distance").value == 800


@pytest.mark.parametrize("cells", [["TQ 299 804", "TQ 280 850"], ["51.55, -0.14", "51.54, -0.15"]])
def test_points_in_one_column_without_a_radius_are_given_one(cells: list[str]) -> None:
    shown = dropped(f'org,where\nA,"{cells[0]}"\nB,"{cells[1]}"\n'.encode())
    assert shown.finding == "None of the 2 rows could be matched to a place."
    set_(shown, "2 rows have a point but no distance", 800)
    assert shown.finding == "All 2 rows matched."


def test_a_list_without_a_name_is_given_one() -> None:
    shown = dropped(b"NW5 2AA\nNW5 2AB\n", "email.txt")
    assert set(shown.table("Organisations, and")["Organisation"]) == {"email"}
    set_(shown, "Your file has no organisation column", "Camden Carers & Co.")
    assert set(shown.table("Organisations, and")["Organisation"]) == {"Camden Carers & Co."}


def test_words_of_a_pasted_list_that_were_not_read_stand_under_the_finding() -> None:
    shown = opened("upload")
    box(shown, "or paste a list").set_value("Hi Sam,\n\nNW5 2AA, NW5 2AB\n\nBest,\nAlex")
    press(shown, "Check the list")
    assert shown.finding == "All 2 rows matched."
    assert "We ignored these words around the list" in shown.captions
    assert "row 1 “Hi Sam,”" in shown.captions


def test_a_pasted_list_is_read_as_a_file_is() -> None:
    shown = opened("upload", place=PLACES["Camden"])
    box(shown, "or paste a list").set_value("Our postcodes:\nNW5 2AA, NW5 2AB; nw52ad\nN19 5AA")
    box(shown, "Which organisation is this for?").set_value("Camden Carers")
    press(shown, "Check the list")
    assert shown.finding == "All 4 rows matched."
    assert shown.table("Organisations, and")["Organisation"].tolist() == ["Camden Carers"]


@pytest.mark.parametrize("example", examples.EXAMPLES, ids=lambda e: e.file_name)
def test_every_example_opens_with_one_click_and_says_it_is_illustrative(example) -> None:
    shown = press(opened("upload"), example.title)
    assert "matched" in shown.finding
    assert "made-up" in shown.explanation
    table = shown.table("Organisations, and")
    assert table["Organisation"].str.startswith("Illustrative").all()
    assert (table.iloc[:, 4] != "–").any()


def test_the_template_is_read_without_a_question() -> None:
    upload = footprints.read(examples.template(), name="template.csv")
    assert upload.counts["matched"] == len(upload.rows) == 3


def test_what_was_typed_comes_out_as_typed() -> None:
    rows = io.StringIO()
    csv.writer(rows).writerows([["org", "area"], *[[text, "Camden"] for text in HOSTILE]])
    shown = dropped(rows.getvalue().encode(), "{{7*7}}<b>.csv", place=PLACES["Camden"])
    assert shown.explanation.startswith("{{7*7}}<b>.csv: seven organisations.")
    assert set(shown.table("Organisations, and")["Organisation"]) == set(HOSTILE)
    sent = " ".join(str(one) for one in payloads(shown.map()))
    assert not [text for text in HOSTILE if text in sent]


def test_footprints_are_published_nowhere() -> None:
    shown = dropped(b"org,area\nA,NW5 2\n", place=PLACES["Camden"])
    pictures = [p for p in payloads(shown.map()) if p.get("kind") == "picture"]
    assert len(pictures) == 1
    assert pictures[0]["path"].startswith("data:image/png;base64,")


def test_footprints_all_over_great_britain_are_dots_that_travel_with_the_page() -> None:
    shown = dropped(b"org,area\nA,Wales\nB,Oldham\n", place=PLACES["Great Britain"])
    (picture,) = [p for p in payloads(shown.map()) if p.get("kind") == "picture"]
    assert len(picture["path"]) < 41_000
    assert shown.numbers["Working in Great Britain"] == "2"


def test_a_file_about_elsewhere_offers_the_place_it_is_about() -> None:
    shown = dropped(b"org,area\nA,Oldham\n", place=PLACES["Camden"])
    assert shown.numbers["Working in Camden"] == "0"
    press(shown, "Go to Oldham")
    assert shown.link()["place"] == PLACES["Oldham"]
    assert shown.numbers["Working in Oldham"] == "1"


def test_a_projector_shows_the_sentence_three_numbers_and_the_map() -> None:
    shown = dropped(place=PLACES["Camden"])
    shown.app.query_params["projector"] = "1"
    shown.run()
    assert len(shown.numbers) == 3
    assert len(shown.maps()) == 1
    assert not shown.tables()
    assert not shown.app.file_uploader


def test_a_saved_file_is_in_the_workspace_of_the_link_once() -> None:
    shown = dropped(place=PLACES["Camden"])
    save(shown, "Ours *and* {{yours}}")
    workspace = shown.link()["workspace"]
    assert "Saved: three organisations of this file in" in shown.captions
    again = opened("upload", place=PLACES["Camden"], workspace=workspace)
    assert again.finding == (
        "“Ours *and* {{yours}}” has three organisations, one of them in Camden."
    )
    assert len(again.maps()) == 1
    put(again, MESSY + b"\n", "more.csv")
    press(again, "Save")
    kept = registers.store().open(workspace)
    assert len(kept.uploads) == 2
    assert len(kept.register) == 6


def test_saving_again_after_a_change_replaces_what_was_saved() -> None:
    shown = dropped(place=PLACES["Camden"])
    save(shown, "Replaced")
    workspace = shown.link()["workspace"]
    press(part(shown, "ambiguous"), "Accept the")
    assert "Not saved yet" in shown.explanation
    press(shown, "Save")
    kept = registers.store().open(workspace)
    assert len(kept.uploads) == 1
    assert len(kept.register) == 3
    assert registers.store().version(workspace) == 3


def test_a_new_file_may_take_the_place_of_an_earlier_one() -> None:
    shown = dropped(place=PLACES["Camden"])
    save(shown, "Version 7")
    workspace = shown.link()["workspace"]
    earlier = registers.store().open(workspace).uploads["id"].iloc[0]
    put(shown, b"org,area\nHeath Hub,Camden\n", "partners.csv")
    box(shown, "Replace an earlier file?").set_value(earlier)
    press(shown, "Save")
    kept = registers.store().open(workspace)
    assert kept.register.actors["actor"].tolist() == ["Heath Hub"]


def test_the_same_file_once_more_takes_the_place_of_the_earlier_one() -> None:
    shown = dropped(place=PLACES["Camden"])
    save(shown, "Once")
    workspace = shown.link()["workspace"]
    put(shown, MESSY, "partners.csv")
    press(shown, "Save")
    assert len(registers.store().open(workspace).uploads) == 1
    put(shown, MESSY + b"More,Camden\n", "partners.csv")
    press(shown, "Save")
    assert len(registers.store().open(workspace).uploads) == 1
    put(shown, MESSY, "others.csv")
    box(shown, "Replace an earlier file?").set_value("")
    press(shown, "Save")
    assert len(registers.store().open(workspace).uploads) == 2


def test_a_file_goes_once_more_into_a_workspace_that_is_not_open() -> None:
    shown = dropped(place=PLACES["Camden"])
    save(shown, "First")
    first = shown.link()["workspace"]
    other = registers.store().create("Second", PLACES["Camden"])
    put(shown, MESSY + b"More,,Camden,\n", "more.csv")
    box(shown, "Save to").set_value(other)
    press(shown, "Save")
    box(part(shown, "matched"), "What happened to each row")  # still there, saved in the second
    press(part(shown, "ambiguous"), "Accept the")
    box(shown, "Save to").set_value(first)
    press(shown, "Save")
    assert shown.link()["workspace"] == first
    assert not any("Someone else has changed" in note for note in shown.notes)
    assert len(registers.store().open(first).uploads) == 2


def theirs(workspace: str, upload: str) -> None:
    """Put another file in the place of an upload, as somebody else does meanwhile."""
    found = footprints.read(b"org,area\nTheirs,Camden\n", name="theirs.csv")
    received = ReceivedFile("theirs.csv", "t", found.rows, upload)
    registers.store().save_actors(workspace, found, received)


def test_a_stale_tab_does_not_take_the_place_of_what_somebody_else_has_saved() -> None:
    shown = dropped(place=PLACES["Camden"])
    save(shown, "Version 7")
    workspace = shown.link()["workspace"]
    earlier = registers.store().open(workspace).uploads["id"].iloc[0]
    put(shown, b"org,area\nHeath Hub,Camden\n", "partners.csv")
    theirs(workspace, earlier)
    box(shown, "Replace an earlier file?").set_value(earlier)
    press(shown, "Save")
    assert "since you last saw it" in " ".join(shown.notes)
    assert registers.store().open(workspace).register.actors["actor"].tolist() == ["Theirs"]
    box(shown, "Replace an earlier file?").set_value(earlier)  # seen now, and meant
    press(shown, "Save")
    assert registers.store().open(workspace).register.actors["actor"].tolist() == ["Heath Hub"]


def test_saving_again_lies_beside_what_somebody_else_has_put_in_its_place() -> None:
    shown = dropped(place=PLACES["Camden"])
    save(shown, "Both")
    workspace = shown.link()["workspace"]
    theirs(workspace, registers.store().open(workspace).uploads["id"].iloc[0])
    press(part(shown, "ambiguous"), "Accept the")
    press(shown, "Save")
    kept = registers.store().open(workspace)
    assert set(kept.uploads["file_name"]) == {"theirs.csv", "partners.csv"}
    assert "Theirs" in kept.register.actors["actor"].tolist()
    assert len(kept.register) == 4


def test_a_workspace_that_somebody_has_added_to_is_not_deleted_unseen() -> None:
    shown = dropped(place=PLACES["Camden"])
    save(shown, "Growing")
    press(shown, "Close this file")
    workspace = shown.link()["workspace"]
    theirs(workspace, "more")
    press(shown, "Delete permanently")
    assert "Someone else has changed this workspace" in " ".join(shown.notes)
    assert len(registers.store().open(workspace).uploads) == 2
    press(shown, "Delete permanently")
    assert registers.store().list().empty


def test_a_workspace_that_is_deleted_while_another_has_it_open_is_told_in_a_sentence() -> None:
    shown = dropped(place=PLACES["Camden"])
    save(shown, "Going")
    press(part(shown, "ambiguous"), "Accept the")
    registers.store().delete(shown.link()["workspace"])
    press(shown, "Save")
    assert "We cannot find a workspace with" in " ".join(shown.notes)
    assert "workspace" not in shown.link()
    assert "Not saved yet" in shown.explanation


def test_a_save_that_is_not_possible_says_why_and_keeps_the_file() -> None:
    shown = dropped()
    save(shown, "one\x07two")
    assert "workspace" not in shown.link()
    assert "We expected a name of a workspace on one line" in " ".join(shown.notes)
    assert shown.finding.startswith("1 row matched")


def test_a_workspace_is_renamed_emptied_and_deleted_in_words() -> None:
    shown = dropped(place=PLACES["Camden"])
    save(shown, "First name")
    workspace = shown.link()["workspace"]
    press(shown, "Close this file")
    (name,) = (w for w in shown.app.text_input if w.label == "Name")
    name.set_value("Second name")
    shown.run()
    assert shown.notes == ["Renamed “First name” to “Second name”."]
    assert "Second name" in shown.finding
    press(shown, "Remove permanently")
    assert shown.finding == "“Second name” has no organisations yet."
    press(shown, "Delete permanently")
    assert shown.notes == ["“Second name” was deleted."]
    assert "workspace" not in shown.link()
    assert workspace not in set(registers.store().list()["id"])


def test_a_workspace_comes_back_from_the_zip_it_was_taken_away_in() -> None:
    shown = dropped(place=PLACES["Camden"])
    save(shown, "To take away")
    first = shown.link()["workspace"]
    whole = registers.store().export_whole(first)
    fresh = opened("upload")
    zips = next(b for b in fresh.app.file_uploader if b.label.startswith("Restore a workspace"))
    zips.set_value(("to-take-away.zip", whole, "application/zip"))
    fresh.run()
    second = fresh.link()["workspace"]
    assert second != first
    assert len(registers.store().open(second).register) == 3
    zips = next(b for b in fresh.app.file_uploader if b.label.startswith("Restore a workspace"))
    zips.set_value(("broken.zip", b"PK no zip", "application/zip"))
    assert "We expected" in fresh.run().notes[0]


def test_other_pages_say_whose_actors_count_and_close_them() -> None:
    shown = save(dropped(place=PLACES["Camden"]), "Open on all pages")
    shown.turn_to("mismatches")
    labels = [popover.proto.popover.label for popover in shown.app.get("popover")]
    assert "Workspace: Open on all pages" in labels
    press(shown, "Close workspace")
    assert "workspace" not in shown.link()


def test_all_rows_can_be_taken_away_and_none_of_their_cells_runs() -> None:
    from mapping.footprints import outcomes
    from mapping.takeaway import export

    upload = footprints.read(b"org,area,note\nA,Camden,=1+1\n\nB,Zzyzx qqq,@x\n", name="x.csv")
    taken = export.csv(outcomes.whole_file(upload.sheet, upload.rows)).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(taken)))
    assert [row["Row"] for row in rows] == ["1", "2", "3", "4"]
    assert [row["What happened to it"] for row in rows] == [
        "not part of the table",
        "matched",
        "not part of the table",
        "not matched",
    ]
    assert rows[1]["note"] == "'=1+1"
    assert not re.search(r"(^|,)\"?[=@]", taken, flags=re.M)


@pytest.mark.parametrize(("waited_s", "bars"), [(0.2, 0), (1.5, 1)])
def test_an_answer_shows_a_bar_only_where_it_takes_more_than_a_second(
    waited_s: float, bars: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, clock = [], iter([10.0, 10.0 + waited_s])

    class Slot:
        def progress(self, share: float, text: str) -> None:
            shown.append(text)

        def empty(self) -> None:
            shown.append("")

    def upload(draft, advance):
        advance(0.5, "names, 2,000 of 9,000 looked up")

    monkeypatch.setattr(uploading.st, "empty", Slot)
    monkeypatch.setattr(uploading, "monotonic", lambda: next(clock))
    monkeypatch.setattr(reading, "upload", upload)
    draft = drafts.make_draft(MESSY, "partners.csv").read_as(accept=90)
    uploading.read(draft)
    assert shown == ["Reading: names, 2,000 of 9,000 looked up…"] * bars + [""]


def test_a_new_file_shows_at_once_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    draft = drafts.make_draft(MESSY + b"Z,Camden,,\n", "fresh.csv")
    reading.upload(draft, lambda share, what: told.append(f"{share:.1f} {what}"))
    assert told[0] == "0.0 the file"
    assert any(re.search(r"\d names, 0 of \d looked up", text) for text in told)
    assert any(re.search(r"misspelt names, 0 of \d compared", text) for text in told)
    shares = [float(text.split()[0]) for text in told]
    assert shares == sorted(shares)


def test_a_postcode_beside_words_that_rule_it_out_is_asked_about_and_may_be_taken() -> None:
    """The page stopped where all candidates of a file were postcodes."""
    shown = part(dropped(b"Centre,Postcode\nA,formerly NW5 2AA\nB,N7 6AA?\n"), "Need a decision 2")
    asked = box(shown, "**1 row says “formerly NW5 2AA”.**")
    assert asked.options[0] == "NW5 2AA (postcode)"
    asked.set_value(asked.options[0])
    shown = press(shown.run(), "Apply my answers")
    assert shown.finding.startswith("1 row was corrected")


def test_all_organisations_together_are_drawn_as_how_many_cover_each_ward() -> None:
    camden = layers.wards().query("lad_code == 'E09000007'")
    wards = camden["code"].tolist()
    rows = "".join(f"Team {n},{code}\n" for n in range(1, 6) for code in wards[: 4 * n])
    shown = dropped(f"who,areas\n{rows}".encode(), place=PLACES["Camden"])
    legend = next(piece for piece in shown.html if "cg-legend" in piece and "<li" in piece)
    told = re.findall(r"<span>(\d[^<]*)</span>", legend)
    assert told == [f"{n} cover{'s' * (n == 1)} the whole ward" for n in range(1, 6)]


def test_a_file_that_was_read_is_not_held_twice(monkeypatch):
    gone = []
    letting_go = MemoryUploadedFileManager.remove_file
    monkeypatch.setattr(
        MemoryUploadedFileManager,
        "remove_file",
        lambda held, session_id, file_id: (
            gone.append([file.name for file in held.get_files(session_id, [file_id])]),
            letting_go(held, session_id, file_id),
        ),
    )
    shown = dropped()
    assert gone == [["partners.csv"]]
    assert "need" in shown.finding
    put(shown, MESSY, "again.csv")
    assert gone == [["partners.csv"], ["again.csv"]]
    assert "need" in shown.finding
