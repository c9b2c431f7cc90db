"""Links to what is gone: a sentence says what, the page opens, and the next run is at peace."""

import faults
import pytest
from shown import opened

CAMDEN = "borough.E09000007"
GONE = {
    "a place": {"place": "borough.E07999999"},
    "a kind of place": {"place": "parish.E04000001"},
    "somebody's own area": {"place": "own.abc.1"},
    "somebody's own organisation": {"place": "ours.abc"},
    "a workspace": {"workspace": "A_workspace_of_before_"},
    "a map": {"layers": "ward,gone"},
    "somebody's own map": {"base": "own-123", "over": "own-456"},
    "a map to compare": {"a": "gone", "b": "ward"},
    "an edition": {"change": "icb@1999"},
    "a ward": {"ward": "E05999999"},
    "a postcode": {"at": "ZZ1 1ZZ"},
    "a partner set": {"set": "99999"},
    "somebody's own figures": {"by": "own-123"},
    "a step of a storyline": {"story": "abc"},
    "a case study": {"case": "gone"},
    "an organisation": {"whom": "gone"},
}


@pytest.mark.parametrize("what", GONE)
@pytest.mark.parametrize("page", ["place", "mismatches", "partner_sets", "gaps"])
def test_a_page_opens_from_a_link_to_what_is_gone(page: str, what: str) -> None:
    shown = opened(page, **{"place": CAMDEN, **GONE[what]})
    for said in shown.notes:
        assert faults.is_plain(said), said
    if what in ("a place", "a kind of place", "a workspace", "a map", "a map to compare"):
        assert shown.notes
        assert "".join(shown.run().notes).count("This link") == 0
