"""What an analyst does: drops a file, settles what is unclear, saves it, opens its link again."""

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, expect
from reader import CAMDEN, Reader

pytestmark = pytest.mark.browser

HOSTILE = [
    "<img src=x onerror=\"window.hacked='img'\">",
    "{{7*7}}",
    "${6*6}",
    "back\\slash \\u0041",
    "*_$:red[x]`y`$",
    "</p><script>window.hacked=1</script>",
    "https://a.example/b www.a.example a@b.example",
    "&lt;b&gt; &amp; # - 1.",
]


@pytest.fixture
def reader(page, serve) -> Reader:
    return Reader(page, serve("app.py"))


def written(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def drop(reader: Reader, content: bytes, name: str) -> None:
    put(reader, {"name": name, "mimeType": "text/csv", "buffer": content})


def put(reader: Reader, file: FilePayload | Path) -> None:
    box = reader.page.locator("[data-testid=stFileUploader]", has_text="Upload a file")
    box.locator("input[type=file]").set_input_files(file)


def test_a_messy_file_is_settled_saved_and_opens_again_from_its_link(reader: Reader) -> None:
    reader.open("upload", place=CAMDEN)
    reader.says("Nothing is saved until you press Save")
    rows = [[name, "Kentish Town North"] for name in HOSTILE]
    drop(
        reader,
        written(
            [
                ["org", "area"],
                *rows,
                ["Islington Hub", "Islingtn"],
                ["Abbey Kitchen", "Abbey"],
                ["Nobody", "Zzyzx qqq"],
            ]
        ),
        "<b>{{7*7}}</b>.csv",
    )
    reader.says("8 rows matched, 2 need a decision from you and 1 could not be matched to a place.")
    expect(reader.page.locator(".cg-explain")).to_contain_text("<b>{{7*7}}</b>.csv")
    reader.page.get_by_role("radio", name="Need a decision").click()
    box = reader.page.get_by_role("radiogroup", name="1 row says “Abbey”")
    box.get_by_text("Abbey (ward of Merton)").click()
    reader.page.get_by_role("button", name="Apply my answers").click()
    reader.says(
        "8 rows matched, 1 was corrected, 1 needs a decision from you and 1 could not be matched "
        "to a place."
    )
    ward = reader.area("Kentish Town North")
    expect(ward).to_have_attribute("aria-label", "Kentish Town North, eight organisations")
    assert [row[0] for row in reader.table("Organisations, and how much of")[:8]] == HOSTILE
    assert "workspace" not in reader.link()

    reader.page.get_by_label("Name of the new workspace").fill(HOSTILE[0] + HOSTILE[1])
    reader.page.get_by_role("button", name="Save", exact=True).click()
    expect(reader.page.get_by_text("Saved: 11 organisations of this file in")).to_be_visible()
    assert "workspace" in reader.link()
    link = reader.page.url

    again = Reader(reader.page.context.new_page(), reader.address).paste(link)
    assert again.sentence == (
        f"“{HOSTILE[0] + HOSTILE[1]}” has 11 organisations, eight of them in Camden."
    )
    expect(again.area("Kentish Town North")).to_have_attribute(
        "aria-label", "Kentish Town North, eight organisations"
    )
    assert [row[0] for row in again.table("Organisations, and how much of")[:8]] == HOSTILE
    assert again.page.evaluate("window.hacked") is None
    assert again.errors == []
    assert reader.errors == []
    assert reader.outside == []


def test_an_example_is_opened_and_settled_with_the_keyboard_alone(reader: Reader) -> None:
    reader.open("upload")
    reader.page.get_by_role("button", name="Areas by name, with mistakes").focus()
    reader.press("Enter")
    reader.says("2 rows matched, 1 was corrected, 7 need a decision")
    reader.page.get_by_role("radio", name="Need a decision").focus()
    reader.press("Space")
    nearest = reader.page.get_by_role("button", name="Accept the")
    expect(nearest).to_be_visible()
    nearest.focus()
    reader.press("Enter")
    reader.says("2 rows matched, 5 were corrected, 3 need a decision")
    expect(reader.page.locator("h1")).to_be_focused()
    asked = reader.page.get_by_role("radiogroup", name="“Highgate”.")
    asked.get_by_role("radio").first.focus()
    reader.press("Space")
    reader.press("ArrowRight")
    chosen = asked.get_by_role("radio", name="Highgate (ward of Camden)")
    expect(chosen).to_be_checked()
    expect(chosen).to_be_focused()
    use = reader.page.get_by_role("button", name="Apply my answers")
    use.focus()
    reader.press("Enter")
    reader.says("2 rows matched, 6 were corrected, 2 need a decision")
    expect(use).to_be_focused()


def test_questions_and_rows_are_read_without_scrolling_sideways(reader: Reader) -> None:
    reader.open("upload", place=CAMDEN)
    texts = [
        "Abbey",
        "Islingtn",
        "Bishop's Castle, Bishop's Stortford and Bishop’s Waltham Parishes",
    ]
    drop(reader, written([["org", "area"], *[["Illustrative", text] for text in texts]]), "a.csv")
    reader.says("need a decision")
    reader.page.get_by_role("radio", name="Need a decision").click()
    expect(reader.page.get_by_role("radiogroup", name="1 row says “Abbey”")).to_be_visible()
    for width in (1400, 390):
        reader.page.set_viewport_size({"width": width, "height": 844})
        reader.page.wait_for_timeout(500)
        wide = reader.page.locator(".cg-stack, [data-testid=stRadio]").evaluate_all(
            "some => some.filter(one => one.scrollWidth > one.clientWidth + 1).length"
        )
        assert wide == 0
        assert reader.page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_file_of_all_rows_has_every_row_and_no_live_formula(reader: Reader) -> None:
    reader.open("upload", place=CAMDEN)
    drop(reader, written([["org", "area"], ["=1+1", "Camden"], ["@x", "Zzyzx qqq"]]), "x.csv")
    reader.says("1 row matched and 1 could not be matched to a place.")
    with reader.page.expect_download() as taken:
        reader.page.get_by_role("button", name="Download all rows (CSV)").click()
    rows = list(csv.DictReader(io.StringIO(taken.value.path().read_text(encoding="utf-8-sig"))))
    assert [(row["Row"], row["What happened to it"]) for row in rows] == [
        ("1", "not part of the table"),
        ("2", "matched"),
        ("3", "not matched"),
    ]
    assert [row["org"] for row in rows] == ["", "'=1+1", "'@x"]


def test_a_file_larger_than_the_limit_is_refused_in_a_sentence(
    reader: Reader, tmp_path: Path
) -> None:
    large = tmp_path / "large.csv"
    large.write_bytes(b"x,y\n" * 13_000_000)
    reader.open("upload")
    put(reader, large)
    reader.says("This file is too large for this page. Nothing has been saved.")
    expect(reader.page.locator(".cg-note")).to_contain_text("at most 50 MB, but found 52.0 MB")


def test_reading_shows_how_far_it_is(reader: Reader) -> None:
    reader.open("upload")
    rows = [[f"Organisation {n}", f"Kentsh Town {n % 997} Nrth"] for n in range(20_000)]
    drop(reader, written([["org", "area"], *rows]), "many.csv")
    bar = reader.page.locator("[data-testid=stProgress]")
    expect(bar).to_contain_text("Reading:", timeout=20_000)
    reader.says("20,000 rows need a decision from you.")
    expect(bar).to_have_count(0)
