"""Convening: who should be in the room for a place, in the order in which somebody invites."""

import pandas as pd
import pytest

from mapping import actors, footprints, places, stewardship
from mapping.actors import presence


def invited(kind: str, code: str) -> pd.DataFrame:
    place, found = places.at(kind, code), footprints.shipped()
    return stewardship.order_convening(presence.list_convening(found, actors.reach(found, place)))


def test_those_made_by_law_come_first_then_the_paid_then_the_voluntary_and_ward_teams_last():
    rows = [
        ("Team", "ward police team", "police", 0.1, 1.0),
        ("Friends", "charity", "", 0.5, 1.0),
        ("Band", "band", "", 1.0, 1.0),
        ("Homes", "housing association", "", 0.4, 0.2),
        ("Board", "integrated care board", "health", 1.0, 0.1),
        ("Council", "London borough council", "local government", 1.0, 1.0),
        ("Assembly", "strategic authority", "local government", 1.0, 1.0),
        ("Near", "district council", "local government", 0.2, 1.0),
    ]
    columns = ["actor", "actor_type", "sector", "share_of_place", "share_of_footprint"]
    themes = ["housing; skills" if row[0] == "Council" else "housing" for row in rows]
    frame = pd.DataFrame(rows, columns=columns).assign(themes=themes)
    found = stewardship.order_convening(frame)
    assert found["actor"].tolist() == [
        "Council",
        "Assembly",
        "Board",
        "Near",
        "Homes",
        "Friends",
        "Band",
        "Team",
    ]
    assert found["power"].tolist() == [
        *["statutory"] * 4,
        "commissioned",
        "community-led",
        "not recorded",
        "ward team",
    ]


@pytest.mark.parametrize(
    ("kind", "code", "first", "organisations", "teams"),
    [
        ("borough", "E09000007", "Camden Council", 12, 40),
        ("borough", "E07000214", "Surrey Heath Borough Council", 9, 14),
        ("borough", "S12000020", "Moray Council", 6, 8),
        ("county", "E10000030", "Surrey County Council", 19, 172),
    ],
)
def test_a_place_begins_with_its_council_and_nobody_is_lost(
    kind, code, first, organisations, teams
):
    found = invited(kind, code)
    assert found["actor"].iloc[0] == first
    is_team = found["power"] == stewardship.TEAM
    assert ((~is_team).sum(), is_team.sum()) == (organisations, teams)
    assert is_team.iloc[-teams:].all()
    assert found["id"].is_unique
