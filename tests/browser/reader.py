"""A reader at the app: opens a page from a link, waits for it, reads and uses it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Error,
    Frame,
    Locator,
    Page,
    expect,
)

from pages.shared import choices, router

HOME, *OTHERS = router.PAGES
ADDRESSES = {HOME: "", **{page: page.name for page in OTHERS}}
"""The records of the pages → what they are called in an address."""
PAGES = tuple(ADDRESSES.values())
STOPS = tuple(name for page, name in ADDRESSES.items() if page.is_stop)
WITH_MAP = tuple(name for page, name in ADDRESSES.items() if page.has_map)
WITH_AREAS = tuple(name for name in WITH_MAP if name != "data_and_method")
"""The pages whose map has areas on it; that of the last page has the postcodes alone."""
WITH_FINDING = tuple(name for name in PAGES if name != "upload")
"""The pages that have something to say before a file is put in."""
TITLES = tuple(page.title for page in router.PAGES)
LONDON, CAMDEN, OLDHAM = "county.greater-london", "borough.E09000007", "borough.E08000004"
MORAY, BRITAIN = "borough.S12000020", "britain.gb"
LOADED_MS = 45_000
LOOPBACK = ("127.0.0.1", "localhost")


def await_true(
    place: Page | Frame, expression: str, *, arg: object = None, timeout: float = 30_000
) -> None:
    """Wait until an expression, or a function of ``arg``, is true in a page or frame.

    Asked from outside: Playwright's own waiting evaluates texts within the page, which the app's
    policy forbids.
    """
    until = time.monotonic() + timeout / 1_000
    while not _is_true(place, expression, arg):
        assert time.monotonic() < until, f"{expression} was not true within {timeout:.0f} ms"
        time.sleep(0.05)


def _is_true(place: Page | Frame, expression: str, arg: object) -> bool:
    try:
        return bool(place.evaluate(expression, arg))
    except Error as error:
        if "context was destroyed" in str(error):  # it is loaded anew
            return False
        raise


@dataclass
class Reader:
    """One browser page at one server.

    ``errors`` are what scripts threw or wrote to the console as errors, ``outside`` the addresses
    beyond this machine that anything asked for. Streamlit looks for its own server beside a page's
    address first and finds nothing there; that is no error of ours.
    """

    page: Page
    address: str
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._follow(self.page)

    def _follow(self, page: Page) -> None:
        """Listen to a page, and to whatever it opens."""
        page.on("console", self._note)
        page.on("pageerror", lambda fault: self.errors.append(str(fault)))
        page.on("request", lambda request: self._look(request.url))
        page.on("popup", self._follow_opened)

    def _follow_opened(self, page: Page) -> None:
        self._look(page.url)
        self._follow(page)

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "/_stcore/" not in message.location["url"]:
            self.errors.append(f"{message.text} ({message.location['url']})")

    def _look(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname not in LOOPBACK:
            self.outside.append(url)

    def open(self, name: str = "", **choices: str) -> "Reader":
        """Open a page from a link and wait until it stands."""
        return self.paste(f"{self.address}/{name}?{urlencode(choices)}")

    def paste(self, link: str) -> "Reader":
        """Open a link as pasted into the address bar."""
        self.page.goto(link)
        self.page.wait_for_selector(".cg-finding", timeout=LOADED_MS)
        self.page.wait_for_selector(LISTENING, state="attached", timeout=LOADED_MS)
        return self.rested()

    def turn(self, name: str, **choices: str) -> "Reader":
        """Go to another page of the open app, as back and forward do, and wait until it stands."""
        before = self.finding.inner_text()
        self.page.evaluate(TURN, f"/{name}?{urlencode(choices)}")
        expect(self.finding).not_to_have_text(before, timeout=LOADED_MS)
        return self.rested()

    def rested(self) -> "Reader":
        """Wait until the app has finished what it was asked to do."""
        app = self.page.locator("[data-testid=stApp]")
        expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=LOADED_MS)
        return self

    @property
    def finding(self) -> Locator:
        return self.page.locator("h1.cg-finding")

    @property
    def sentence(self) -> str:
        return self.finding.inner_text().replace("\xa0", " ")

    def link(self) -> dict[str, str]:
        """Return the choices in the address bar: the reader's, and those that the page made.

        They stand there once the page has shown what they are.
        """
        await_true(self.rested().page, WRITTEN)
        return dict(parse_qsl(urlsplit(self.page.url).query, keep_blank_values=True))

    def chosen(self) -> dict[str, str]:
        """Return the choices in the address bar that the reader made."""
        link = self.link()
        made = choices.split_link(link)[1]
        return {key: text for key, text in link.items() if key not in {choices.SHOWN, *made}}

    @property
    def name(self) -> str:
        """Return the page's name in the address."""
        return urlsplit(self.page.url).path.strip("/")

    def says(self, words: str) -> None:
        """Wait until the sentence holds some words, and the page under it stands."""
        expect(self.finding).to_contain_text(words, timeout=20_000)
        self.rested()

    def map(self, *, areas: bool = True) -> Frame:
        """Return the map's frame once dots (and areas) stand on it and nothing moves."""
        self.rested()
        for attempt in range(3):  # a frame that is replaced meanwhile is waited for anew
            try:
                return self._drawn(areas)
            except Error as error:
                if attempt == 2 or "detached" not in str(error):
                    raise
        raise AssertionError("the map's frame was replaced again and again")

    def _drawn(self, areas: bool) -> Frame:
        element = self.page.wait_for_selector("iframe", state="attached", timeout=LOADED_MS)
        frame = element.content_frame() if element else None
        assert frame is not None
        await_true(frame, DRAWN, arg=areas, timeout=LOADED_MS)
        return frame

    def area(self, name: str) -> Locator:
        """Return the shape of an area by its name (its label begins with it)."""
        return self.map().locator(f'path.cg-area[aria-label^="{name}"]').first

    def point_in(self, shape: Locator) -> tuple[float, float]:
        """Return a point on the page that lies inside a shape of the map."""
        x, y = shape.evaluate(INSIDE)
        box = self.page.locator("iframe").bounding_box()
        assert box is not None
        return box["x"] + x, box["y"] + y

    def control(self, key: str) -> Locator:
        """Return the control tied to a choice."""
        return self.page.locator(f".st-key-_widget_{key}")

    def table(self, caption: str) -> list[list[str]]:
        """Return the cells of the table whose caption begins so, without its heads."""
        table = self.page.locator("table.cg-table", has_text=caption).first
        return table.locator("tbody tr").evaluate_all(
            "rows => rows.filter(row => row.cells.length > 1)"
            ".map(row => [...row.cells].map(cell => cell.textContent))"
        )

    def choose(self, key: str, option: str) -> "Reader":
        """Choose an option in a select box by typing it."""
        box = self.control(key).locator("input")
        box.click()
        box.fill(option)
        self.page.get_by_role("option", name=option, exact=True).click()
        return self.rested()

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)


MAX_TABS = 8
Visit = Callable[..., Reader]


@contextmanager
def visits(window: BrowserContext, address: str) -> Iterator[Visit]:
    """Give a function that shows a view, for tests that only look.

    ``visit("mismatches", place=LONDON)``; ``size=(390, 844)`` sets the window. Views with the same
    choices share a tab, in which only the page is turned: loading the app anew costs far more. Of
    more than ``MAX_TABS`` the one that was not looked at for longest is closed.
    """
    open_: dict[tuple[object, ...], Reader] = {}

    def visit(name: str = "", *, size: tuple[int, int] = (1400, 900), **choices: str) -> Reader:
        key = (*sorted(choices.items()),)
        known = open_.pop(key, None)
        if known is None and len(open_) == MAX_TABS:
            open_.pop(next(iter(open_))).page.close()
        reader = open_[key] = known or Reader(window.new_page(), address)
        reader.page.bring_to_front()
        reader.page.set_viewport_size({"width": size[0], "height": size[1]})
        if known is None:
            reader.open(name, **choices)
        elif reader.name != name:
            reader.turn(name, **choices)
        return reader

    yield visit
    for reader in open_.values():
        reader.page.close()


DRAWN = """(withAreas) => {
  const box = window.frameElement.getBoundingClientRect();
  const view = window.map ? [map.getZoom(), map.getCenter()] : null;
  const now = [box.x, box.y, box.width, box.height, view];
  const still = JSON.stringify(now) === window.lastSeen;
  window.lastSeen = JSON.stringify(now);
  const areas = [...document.querySelectorAll("path.cg-area")].filter((path) => {
    const box = path.getBBox();
    return box.width * box.height > 0;
  });
  const canvases = [...document.querySelectorAll("canvas")].filter((canvas) => {
    if (!canvas.width) return false;
    const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    return pixels.some((value) => value > 0);
  });
  const dots = [...document.querySelectorAll("img.cg-dots, img.cg-over")];
  const loaded = dots.length && dots.every((image) => image.complete && image.naturalWidth > 0);
  return still && loaded && (areas.length + canvases.length > 0 || !withAreas);
}"""

LISTENING = ".st-key-cg-address [data-link]"
"""What a page's last script leaves: from then on keys are heard and the address is right."""
TURN = """(address) => {
  History.prototype.pushState.call(history, null, "", address);
  window.dispatchEvent(new PopStateEvent("popstate"));
}"""
OF_PARTS = "theme scale need a b change groups whom layers distance least shown"
IN_PARTS = sorted({*choices.OF_SPOT, *OF_PARTS.split()})
"""What parts of pages write into the address themselves: see ``following``."""
WRITTEN = """() => {
  const bare = (link) => {
    const known = new URLSearchParams(link);
    for (const one of "IN_PARTS".split(" ")) known.delete(one);
    known.sort();
    return known.toString();
  };
  const written = document.querySelector(".st-key-cg-address [data-link]");
  return !written || bare(location.search) === bare(written.dataset.link);
}""".replace("IN_PARTS", " ".join(IN_PARTS))

INSIDE = """(path) => {
  const box = path.getBoundingClientRect();
  const turn = path.getScreenCTM().inverse();
  const inside = [];
  for (let step = 1; step < 20; step += 1) {
    for (let other = 1; other < 20; other += 1) {
      const at = [box.x + (box.width * step) / 20, box.y + (box.height * other) / 20];
      const point = new DOMPoint(...at).matrixTransform(turn);
      if (path.isPointInFill(point) && document.elementFromPoint(...at) === path) inside.push(at);
    }
  }
  const mean = (axis) => inside.reduce((sum, at) => sum + at[axis], 0) / inside.length;
  const middle = [0, 1].map(mean);
  const far = (at) => Math.hypot(at[0] - middle[0], at[1] - middle[1]);
  return inside.reduce((best, at) => (far(at) < far(best) ? at : best));
}"""
AXE = Path(str(find_spec("axe_playwright_python").origin)).with_name("axe.min.js").read_text()  # type: ignore[union-attr]
"""axe-core, as the package that carries it has it."""


def find_violations(frame: Frame) -> list[str]:
    """Return what axe-core finds against WCAG 2.2 AA in a page or the frame of its map."""
    frame.evaluate(f"{AXE}; 0")
    return frame.evaluate(
        """(tags) => axe.run(document, { runOnly: tags, iframes: false }).then((found) =>
        found.violations.map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 200)}`))""",
        ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    )
