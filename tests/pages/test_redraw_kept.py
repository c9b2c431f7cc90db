"""Redrawn maps that a workspace keeps: opened, compared, changed by two, and gone."""

import pandas as pd
from redrawing import CAMDEN, WEST, by_hand, draw, keep, press, put
from shown import keep_map, opened

from mapping import places, redraw
from mapping.geography import layers
from mapping.workspaces import kinds
from pages.shared import registers


def test_a_map_is_kept_opened_compared_changed_and_removed() -> None:
    shown = by_hand(drawn=draw({1: WEST, 2: ["E07000208"]}), called="1=West")
    press(shown, "Keep this map")
    assert "name" in " ".join(shown.notes)
    fields = {w.label: w for kind in ("text_input", "text_area") for w in shown.app.get(kind)}
    fields["Name of the map"].set_value("Draft {{7*7}}")
    fields["Who drew it"].set_value("Ada")
    fields["Why, and what is open"].set_value("To talk about")
    press(shown, "Keep this map")
    assert shown.notes[0].startswith("Kept. “Draft {{7*7}}”")
    workspace = shown.chosen()["workspace"]
    (kept,) = registers.read_kind(registers.identify(workspace), kinds.scenarios.KIND)
    assert (kept.title, kept.author, kept.note) == ("Draft {{7*7}}", "Ada", "To talk about")
    assert kept.names == {1: "West"}
    again = by_hand(workspace=workspace)
    press(again, "Open and change")
    assert again.notes == ["“Draft {{7*7}}” is open: change it on the map above."]
    assert again.chosen()["drawn"] == shown.chosen()["drawn"]
    assert again.chosen()["called"] == "1=West"
    put(again, WEST[:1], 2)
    press(again, "Compare with this")
    assert again.finding.startswith("One of 11 council areas would move")
    assert len(again.table("Council areas that would move")) == 1
    next(t for t in again.app.toggle if t.key == "_redraw_side_by_side").set_value(True)
    again.run()
    assert len(again.maps()) == 3
    assert "Draft {{7*7}}" in again.table("Before and after").columns
    press(again, "Remove permanently")
    assert registers.read_kind(registers.identify(workspace), kinds.scenarios.KIND) == ()


def test_what_was_changed_in_another_window_is_not_overwritten() -> None:
    workspace = keep(by_hand(drawn=draw({1: WEST})), "Draft").chosen()["workspace"]
    (kept,) = registers.read_kind(registers.identify(workspace), kinds.scenarios.KIND)
    one, other = (press(by_hand(workspace=workspace), "Open and change") for _ in range(2))
    for shown, code in ((one, WEST[0]), (other, WEST[1])):
        put(shown, [code], 2)
        next(w for w in shown.app.selectbox if w.label == "Keep it as").set_value(kept.id)
        press(shown, "Keep this map")
    assert one.notes[0].startswith("Kept. “Draft”")
    assert other.notes[0].startswith("“Draft” was changed after you opened it")
    (kept,) = registers.read_kind(registers.identify(workspace), kinds.scenarios.KIND)
    assert kept.group_of[WEST[0]] == 2
    assert kept.group_of[WEST[1]] == 1


def test_a_kept_map_whose_areas_are_gone_is_said_to_be_and_stops_no_page() -> None:
    workspace = registers.store().create("Gone", CAMDEN)
    wards = redraw.find_graph(places.get("Camden"), layers.get("ward")).codes
    frame = pd.DataFrame({"area": wards, "team": "North"})
    frame.loc[:9, "team"] = "South"
    own = keep_map(
        layers.from_lookup(frame, areas="area", units="team", title="Teams", scale="hyperlocal"),
        workspace,
    )
    link = {"place": CAMDEN, "door": "hand", "workspace": workspace}
    now = redraw.begin(places.get("Camden"), own).move(own.codes.tolist()[:1], 1)
    shown = keep(opened("redraw", **link, blocks=own.key, drawn=now.text), "Of teams")
    (kept,) = registers.read_kind(registers.identify(workspace), kinds.scenarios.KIND)
    (map_,) = registers.own_maps(registers.identify(workspace))
    registers.store().remove(workspace, kinds.maps.KIND, map_.id)
    shown = opened("redraw", **link, before=f"kept.{kept.id}")
    assert shown.finding.startswith("None of the 20 wards")
    assert "is not here" in " ".join(shown.notes)
    assert "cannot be opened" in shown.captions
    assert "Open and change" not in [one.label for one in shown.app.button]
    shown = opened("redraw", **link, blocks=own.key, drawn=now.text)
    assert "so we left it out" in " ".join(shown.notes)
