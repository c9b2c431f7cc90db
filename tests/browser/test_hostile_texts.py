"""A workspace whose every text would run, fetch, lead away or be laid out, on every page."""

import io
import json
import zipfile

import pandas as pd
import pytest

from mapping import places
from mapping.actors import TEXTS
from mapping.atoms import postcodes
from mapping.workspaces import KINDS, archive, kinds, texts
from mapping.workspaces.store import Store
from tests.browser.reader import CAMDEN, PAGES, Reader

MARK = "zqx"
HOSTILE = (
    "![zqx](http://evil.example/zqx.png)",
    "[zqx](http://evil.example/)",
    "<b>zqx</b>",
    "<img src=x onerror=window.zqx=1>zqx",
    "</script><script>window.zqx=1</script>zqx",
    "${window.zqx=1}zqx",
    "{{7*7}}zqx",
    ":red[zqx]",
    "$zqx^2$",
    "`zqx`",
    "**zqx**",
    "# zqx",
    "- zqx",
    "www.evil.example/zqx",
    "http://evil.example/zqx",
    "zqx@evil.example",
    "zqx\\",
    "zqx`${1}",
    "\u202ezqx",
    "a\n=1+1zqx\nb",
    "~~zqx~~",
    ":material/bug_report: zqx",
    "%s{0}zqx",
    "=cmd|'/c zqx'!A0",
    "zqx" * 300,
)
SCALES = ("hyperlocal", "borough", "", "<b>zqx</b>")
NAME = f"{HOSTILE[0]} {HOSTILE[3]} **zqx** www.evil.example `zqx`"
WHEN = "2026-11-22T09:30:00+00:00"
SEEN = """() => {
  const found = [];
  const frames = [...document.querySelectorAll('iframe')].map((one) => one.contentDocument);
  for (const held of [document, ...frames].filter(Boolean)) {
    if (held.defaultView && held.defaultView.zqx) found.push('a script ran');
    for (const one of held.querySelectorAll(
      '[href*=evil], [src*=evil], img[src=x], img[alt*=zqx], [style*=evil]')) {
      found.push(one.outerHTML.slice(0, 200));
    }
    for (const one of held.querySelectorAll('strong, em, del, code, .katex, b, i, sup, blockquote,'
      + '[data-testid=stMarkdownContainer] :is(h1, h2, h3, li), [class*=Colored], [class*=Icon]')) {
      const mine = one.closest('[data-testid=stMarkdownContainer]');
      if (mine && one.textContent.includes('zqx') && !one.closest('h1.cg-finding')) {
        found.push(one.tagName + ' ' + one.textContent.slice(0, 100));
      }
    }
  }
  const crash = document.querySelector('[data-testid=stException]');
  return [...new Set(crash ? [...found, crash.innerText] : found)];
}"""
"""What a browser made of texts that should stand as they were typed."""
OPENERS = "[data-testid=stExpander] summary, [data-testid=stPopoverButton]"
ON_EVERY_PAGE = ("place", "tune", "folder_open", "download")
"""The icons of what the frame lets open on every page alike; it is opened on the first."""


def rate_hostile() -> list[list[object]]:
    """Rate trust at borough scale under every hostile name, with a hostile note."""
    return [
        [
            f"r{n}",
            "conditions",
            "trust",
            "borough",
            text[:100],
            "person",
            1 + n % 5,
            text[:500],
            WHEN,
        ]
        for n, text in enumerate(HOSTILE)
        if text.isprintable()
    ]


def tell_hostile() -> list[list[object]]:
    """Tell a storyline whose every note is hostile, and a page and place as well."""
    notes = [kinds.storyline.clean_note(text) for text in HOSTILE]
    asked = ["place=borough.E09000007", "place=own.zqx.**zqx**", "place=borough.E09000007&at=zqx"]
    return [
        [f"v{n}", n, "gaps" if n > 1 else "zqx", asked[n % 3], note, WHEN]
        for n, note in enumerate(notes, start=1)
    ]


def draw_hostile() -> list[list[object]]:
    """Draw neighbourhoods whose name, author and note are hostile."""
    return [["d", NAME[:60], HOSTILE[0][:60], HOSTILE[2], CAMDEN, "ward", "hyperlocal", WHEN]]


def hostile_archive() -> bytes:
    """Pack a workspace of Camden in which every text is hostile."""
    camden = places.at(*CAMDEN.split(".", 1))
    wards = postcodes.table().ward_codes[camden.wards].tolist()
    rows = [
        ["up", f"own.{n}", t, t, t, t, SCALES[n % 4], t, t, t, t, "; ".join(wards[: 1 + n]), ""]
        for n, t in enumerate(HOSTILE)
    ]
    names = [name.decode() for name in postcodes.table().name[camden.positions[:500]]]
    weights = [["w", NAME[:120], HOSTILE[0] + HOSTILE[2], WHEN]]
    marks = [["zqx**b**", "hyperlocal", WHEN], [HOSTILE[3], "borough", WHEN]]
    left = [[HOSTILE[3], "1", "2", "3", HOSTILE[0]]]
    own = [["m", NAME[:80], HOSTILE[0], "hyperlocal", HOSTILE[1], NAME, HOSTILE[2], "ward", WHEN]]
    short = [text for text in HOSTILE if "|" not in text and text.isprintable()]
    conditions = "\n".join(f"{n} {text}"[:70] for n, text in enumerate(short[:20]))
    facts = ["id", "title", "plural", "scale", "sector", "source", "as_at", "made_of", "saved"]
    units = [[text, text, ward] for text, ward in zip(HOSTILE, wards, strict=False)]
    tables = {
        "actors": (["upload", *TEXTS, "wards", "postcodes"], rows),
        "uploads": (["id", "file_name", "fingerprint", "saved"], [["up", NAME, NAME, WHEN]]),
        "outcomes/1": (["row_number", HOSTILE[0]], [["1", HOSTILE[3]]]),
        "weights": (["id", "name", "counts", "saved"], weights),
        "weights/1": (["postcode", "number"], [[name, "3"] for name in names]),
        "residuals/1": (["what", "rows", "sum", "share", "examples"], left),
        "marks": (["theme", "scale", "marked"], marks),
        "claims": (
            list(kinds.claims.KIND.columns),
            [[theme, scale, CAMDEN, when] for theme, scale, when in marks],
        ),
        "ratings": (list(kinds.ratings.KIND.columns), rate_hostile()),
        "schemes": (list(kinds.schemes.KIND.columns), [["s", NAME[:100], conditions, WHEN]]),
        "storyline": (list(kinds.storyline.KIND.columns), tell_hostile()),
        "scenarios": (list(kinds.scenarios.KIND.list_columns(kinds.Cell.BYTES)), draw_hostile()),
        "scenarios/1": (["code", "group"], [[ward, 1 + n % 3] for n, ward in enumerate(wards)]),
        "scenarios/2": (["group", "name"], [[1, NAME[:60]], [2, HOSTILE[1][:60]]]),
        "maps": (facts, own),
        "maps/1": (["code", "name", "areas"], units),
        "maps/2": (["area", "unit", "reason"], [[text, text, text] for text in HOSTILE]),
        "maps/3": (["area", "code", "share"], []),
    }
    head = {"format": archive.FORMAT, "version": archive.VERSION, "name": NAME, "place": CAMDEN}
    head["kinds"] = {kind.name: kind.version for kind in KINDS}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("workspace.json", json.dumps(head))
        for name, (columns, cells) in tables.items():
            zipped.writestr(f"{name}.csv", texts.write_csv(pd.DataFrame(cells, columns=columns)))
    return packed.getvalue()


@pytest.fixture(scope="module")
def opened(serve):
    """Keep the workspace where the app looks; give address, id, its lens and map."""
    store = Store()
    workspace = store.import_whole(hostile_archive()).id
    kept = store.open(workspace)
    yield serve("app.py"), workspace, kept.weights[0].by, kept.maps[0].layer.key
    store.delete(workspace)
    store.close()


@pytest.fixture(scope="module")
def reader(window, opened):
    """Open a tab in which the pages are turned."""
    address, workspace, by, _ = opened
    page = window.new_page()
    reader = Reader(page, address)
    yield reader.open("data_and_method", place=CAMDEN, workspace=workspace, by=by)
    page.close()


@pytest.mark.parametrize("name", [*PAGES, "upload/map", "upload/numbers"])
def test_hostile_texts_stand_as_typed_and_nothing_runs_or_is_fetched(name, opened, reader):
    _, workspace, by, own = opened
    page = reader.page
    page.bring_to_front()
    name, _, bring = name.partition("/")
    more = {
        "upload": {"bring": bring or "organisations"},
        "who_works_here": {"at": "NW5 2AA", "base": own},
        "mismatches": {"a": own, "layers": f"{own},ward"},
        "partner_sets": {"layers": f"{own},ward"},
    }.get(name, {})
    if name == "gaps":
        more = {"theme": "zqx**b**", "scale": "hyperlocal", "need": by}
    show = reader.turn if reader.name != name else reader.open
    show(name, place=CAMDEN, workspace=workspace, by=by, **more)
    found = set(page.evaluate(SEEN))
    openers = page.locator(OPENERS)
    for rank in range(openers.count()):
        opener = openers.nth(rank)
        is_told_before = name and opener.inner_text().split("\n")[0].strip() in ON_EVERY_PAGE
        if opener.is_visible() and not is_told_before:
            opener.click(timeout=5_000, force=True)
            reader.rested()
            found |= set(page.evaluate(SEEN))
            page.keyboard.press("Escape")
    explained = 0
    for helper in page.locator("[data-testid=stTooltipHoverTarget]").all():
        if helper.is_visible():
            helper.hover(force=True)
            page.wait_for_timeout(300)
            explained += page.locator("[data-testid=stTooltipContent]").count()
            found |= set(page.evaluate(SEEN))
    assert explained or name == "upload"
    assert sorted(found) == []
    assert reader.outside == []
    assert reader.errors == []


def test_the_marks_are_seen_where_a_page_would_let_them(page):
    page.set_content(
        f"<div data-testid=stMarkdownContainer><strong>{MARK}</strong></div>"
        '<a href="http://evil.example">x</a><script>window.zqx = 1</script>'
    )
    assert len(page.evaluate(SEEN)) == 3
