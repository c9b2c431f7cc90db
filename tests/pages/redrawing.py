"""Redraw, as its pages are tried: groups drawn by hand, without a mouse, and kept."""

from shown import Shown, opened

from mapping import places, redraw

SURREY = "county.E10000030"
CAMDEN = "borough.E09000007"
WEST = ["E07000207", "E07000209", "E07000210"]


def draw(groups: dict[int, list[str]]) -> str:
    """Return the text of Surrey's districts in groups."""
    now = redraw.begin(places.get("Surrey"), "borough")
    for group, codes in groups.items():
        now = now.move(codes, group)
    return now.text


def by_hand(**more: str) -> Shown:
    return opened("redraw", place=SURREY, door="hand", **more)


def press(shown: Shown, label: str) -> Shown:
    """Press a button by what stands on it."""
    found = [b for b in shown.app.button if b.label == label]
    assert len(found) == 1, [b.label for b in shown.app.button]
    found[0].click()
    return shown.run()


def put(shown: Shown, codes: list[str], group: int, *, whole: bool = False) -> Shown:
    """Do without a mouse what clicks on the map do."""
    boxes = {
        w.key: w for kind in ("multiselect", "selectbox", "checkbox") for w in shown.app.get(kind)
    }
    boxes[next(k for k in boxes if str(k).startswith("_redraw_blocks"))].set_value(codes)
    boxes["_redraw_target"].set_value(group)
    if "_redraw_whole" in boxes:
        boxes["_redraw_whole"].set_value(whole)
    return press(shown, "Put them there")


def keep(shown: Shown, title: str) -> Shown:
    """Keep what is drawn as a new map."""
    next(w for w in shown.app.text_input if w.label == "Name of the map").set_value(title)
    return press(shown, "Keep this map")
