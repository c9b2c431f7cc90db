"""What is not allowed is refused to other sessions, whatever messages they send."""

import looping

from benchmarks import forbidden


def test_what_is_not_allowed_is_refused_to_every_other_session():
    found = looping.call(forbidden.try_all)
    assert len(found) >= forbidden.LEAST
    assert {what: wrong for what, wrong in found.items() if wrong} == {}
