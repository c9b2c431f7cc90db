"""The report for a meeting: what it tells, in a tagged PDF and in one page of HTML."""

import json
import re
import zlib
from html import unescape
from xml.etree import ElementTree

import pytest
import typst

from mapping import layers, places, redraw
from mapping.errors import MappingError
from mapping.takeaway import report
from mapping.takeaway.report import content, maps, paper

HOSTILE = '#let x = [a] $b$ \\ "q" <b>{{7*7}}</b> *e* _f_ `g` //h @c ~'
LETTERS = "Tŷ ŵ Gàidhlig £"
TOLD = {"question": "Where might lines run?", "made": "30 November 2026"}
PAGES = re.compile(rb"/Type\s*/Page\b(?!s)")


@pytest.fixture(scope="module")
def plans(camden) -> list[redraw.Plan]:
    return redraw.suggest_several(camden, groups=4, keep=["postal_district", "ward"], seed=1)


@pytest.fixture(scope="module")
def by_hand(oldham) -> redraw.Plan:
    begun = redraw.begin(oldham, "ward")
    codes = begun.graph.codes.tolist()
    return begun.move(codes[:9], 1).move(codes[9:-2], 2).as_plan(["postal_district"])


def unpack(pdf: bytes) -> bytes:
    """Return a PDF with its compressed streams unpacked, one after the other."""
    found = [pdf]
    for match in re.finditer(rb"stream\r?\n", pdf):
        try:
            found.append(zlib.decompressobj().decompress(pdf[match.end() :]))
        except zlib.error:
            continue
    return b"\n".join(found)


def ask(told: report.Report, selector: str) -> list:
    """Return the elements of a report on paper that typst finds by a selector."""
    names = ("title", "under", "foot", "author")
    parts = [paper._describe(part) for part in told.parts]
    given = {**{name: getattr(told, name) for name in names}, "parts": parts}
    inputs = {"report": json.dumps(given)}
    found = typst.query(paper._read_markup(), selector, ignore_system_fonts=True, sys_inputs=inputs)
    return json.loads(found)


def gather(told: report.Report, kind: type) -> list:
    parts = [
        one
        for part in told.parts
        for one in (part.parts if isinstance(part, content.Row) else [part])
    ]
    return [part for part in parts if isinstance(part, kind)]


def test_both_forms_tell_the_same_in_the_same_order(plans):
    told = report.tell_report(plans, **TOLD, author="Ada", note="One.\nTwo.")
    html = report.page.write(told).decode()
    heads = [one["body"]["text"] for one in ask(told, "heading")]
    assert heads == [unescape(one) for one in re.findall(r"<h2>(.*?)</h2>", html)]
    assert heads == [
        "Side by side",
        *(f"Suggestion {at}" for at in (1, 2, 3)),
        "How this was worked out",
        "Limits",
        "Sources",
    ]
    for text in gather(told, content.Text):
        assert f">{text.words}</p>" in html.replace("&#x27;", "'")
    assert len(ask(told, "table")) == html.count("<table>") == 7
    assert len(ask(told, "image")) - 3 * 3 == html.count('role="img"') == 6  # but samples of signs


def test_the_pdf_is_tagged_with_title_language_and_words_for_maps(plans):
    made = report.write_report(plans, **TOLD)
    assert made == report.write_report(plans, **TOLD)
    inside = unpack(made)
    assert b"pdfuaid:part" in inside
    assert b"en-GB" in inside
    assert b"/StructTreeRoot" in inside
    assert b"Where might lines run?" in inside
    assert inside.count(b"/Alt") >= 6
    assert b"Map of Camden, Suggestion 2" in inside
    assert 2 <= len(PAGES.findall(inside)) <= 6


def test_three_suggestions_of_many_groups_fit_six_pages():
    cornwall = places.get("Cornwall")
    kept = ["postal_district", "postal_sector", "lsoa", "borough"]
    begun = redraw.suggest(cornwall, groups=14, tolerance=0.3, keep=kept, seed=1, steps=2_000)
    made = report.write_report([begun] * 3, **TOLD, author="A" * 80, note="word " * 200)
    assert len(PAGES.findall(unpack(made))) <= 6


def test_texts_come_out_as_typed_and_are_never_markup(by_hand):
    told = report.tell_report(
        [by_hand],
        question=HOSTILE,
        made=TOLD["made"],
        titles=[f"Two {HOSTILE}"],
        names=[{1: HOSTILE, 2: LETTERS}],
        author=HOSTILE,
        note=f"{HOSTILE}\n{LETTERS}",
    )
    assert told.title == HOSTILE
    assert ask(told, "heading")[0]["body"]["text"] == f"Two {HOSTILE}"
    cells = json.dumps(ask(told, "table"), ensure_ascii=False)
    assert f"1 {HOSTILE}" in cells.replace('\\"', '"').replace("\\\\", "\\")
    assert f"2 {LETTERS}" in cells
    html = report.page.write(told).decode()
    plain = unescape(re.sub(r"<[^>]+>", " ", html))
    assert plain.count(HOSTILE) >= 6
    assert "<b>" not in html
    assert b"pdfuaid:part" in unpack(paper.write(told))


def test_letters_that_the_type_has_not_do_not_stop_the_report(by_hand):
    told = {**TOLD, "question": "日本語 😀"}
    assert report.write_report([by_hand], **told).startswith(b"%PDF-")
    assert "日本語 😀" in report.write_report([by_hand], form="html", **told).decode()


def test_what_makes_it_reads_nothing_but_what_it_is_handed(by_hand, tmp_path, monkeypatch):
    (tmp_path / "secret.txt").write_text("secret")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(paper, "_read_markup", lambda: b'#read("secret.txt")')
    with pytest.raises(typst.TypstError, match="not found"):
        report.write_report([by_hand], **TOLD)


def test_its_markup_asks_for_no_package_file_or_address():
    markup = paper._read_markup().decode()
    for word in ("import", "include", "read(", "plugin(", "eval(", "http", "@preview", "link("):
        assert word not in markup


def test_html_is_one_file_that_fetches_nothing_and_runs_nothing(plans):
    html = report.write_report(plans, form="html", **TOLD).decode()
    assert html.startswith("<!DOCTYPE html>")
    assert '<html lang="en-GB">' in html
    bare = html.replace("http://www.w3.org/2000/svg", "")
    for word in ("http:", "https:", "<script", "<link", "url(http", "@import", " src=", "href="):
        assert word not in bare
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids)) > 10


def test_figures_are_those_of_the_plans(plans):
    told = report.tell_report(plans, **TOLD, today=[layers.get("ward")])
    beside = gather(told, content.Table)[0]
    assert beside.headings == ["", "Suggestion 1", "Suggestion 2", "Suggestion 3", "Wards of today"]
    rows = {row[0]: row[1:] for row in beside.rows}
    assert rows["Groups"] == ["4", "4", "4", "20"]
    for at, plan in enumerate(plans):
        share = plan.torn.set_index("layer").loc["postal_district", "share"]
        assert rows["Parted from their postcode district"][at] == f"{share:.0%}"
    assert rows["In another group than in “Suggestion 1”"][0] == "0%"
    groups = gather(told, content.Table)[1]
    assert [row[0] for row in groups.rows] == ["1", "2", "3", "4"]
    people = [float(row[2].replace(",", "")) for row in groups.rows]
    assert people == pytest.approx(plans[0].summary["people"].tolist(), abs=51)


def test_what_is_amiss_is_said(by_hand):
    said = " ".join(
        one.words for one in gather(report.tell_report([by_hand], **TOLD), content.Text)
    )
    assert "In no group: about 23,900 residents." in said
    assert "Two groups are in pieces." in said


def test_worst_parted_are_named_with_how_many(by_hand, oldham):
    told = report.tell_report([by_hand], **TOLD)
    (row,) = gather(told, content.Table)[-1].rows
    named = re.findall(r"(OL\d+) \(([\d,]+)\)", row[3])
    assert len(named) == 3
    counts = [int(many.replace(",", "")) for _, many in named]
    assert counts == sorted(counts, reverse=True)
    assert sum(counts) <= by_hand.torn["people"].iloc[0] + 200


def test_maps_are_well_formed_and_draw_every_group(plans, camden):
    plan = plans[0]
    seen = maps.find_drawn(camden, plan.layer("A", "hyperlocal"), plan.keep)
    for small in (False, True):
        root = ElementTree.fromstring(maps.draw(seen, "x", small=small))
        areas = [one for one in root.findall(".//{*}path") if one.get("fill-rule")]
        assert len(areas) >= 4
        assert all(one.get("d") for one in areas)
        assert sorted(one.text for one in root.findall(".//{*}text")) == ["1", "2", "3", "4"]
    assert seen.lines["a_only"].is_empty  # whole wards, which are kept
    assert min(seen.lines[part].length for part in ("both", "b_only")) > 0


def test_without_maps_to_keep_to_all_lines_are_solid(by_hand, oldham):
    seen = maps.find_drawn(oldham, by_hand.layer("A", "hyperlocal"), ())
    assert seen.lines["both"].length > 0
    assert seen.lines["a_only"].is_empty
    assert [words for _, words in maps.make_legend(seen)] == ["Line between groups"]


def test_lines_too_fine_for_a_large_place_are_left_out_and_said(monkeypatch, by_hand):
    monkeypatch.setattr(maps, "MAX_FINE", 100)
    told = report.tell_report([by_hand], **TOLD)
    (drawn,) = gather(told, content.Map)
    assert "The lines of postcode districts are too fine to draw here." in drawn.caption


def test_one_area_of_a_place_is_reported(camden):
    asked = {"blocks": "lsoa", "groups": 1, "people": 10_000, "contains": ["E01000842"]}
    area = redraw.suggest(camden, tolerance=0.1, keep=["ward"], seed=1, **asked)
    told = report.tell_report([area], **TOLD)
    assert "in one group of" in told.parts[0].words
    assert gather(told, content.Table)[-1].rows[0][3] == "–"


@pytest.mark.parametrize("count", [0, 4])
def test_none_and_too_many_plans_are_refused(count, plans):
    with pytest.raises(MappingError, match="one to 3 plans"):
        report.write_report([plans[0]] * count, **TOLD)


def test_plans_of_two_places_and_without_groups_are_refused(plans, by_hand, camden):
    with pytest.raises(MappingError, match="one place"):
        report.write_report([plans[0], by_hand], **TOLD)
    with pytest.raises(MappingError, match="one has none"):
        report.write_report([redraw.begin(camden, "ward").as_plan()], **TOLD)
