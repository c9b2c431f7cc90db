"""The benchmarks' browser counts what an empty app sends, and how long it takes."""

import pytest

from benchmarks import browser as measuring
from benchmarks import server as serving
from mapping.errors import MappingError

pytestmark = pytest.mark.browser


def test_bytes_time_and_memory_of_an_empty_app_are_measured(browser, tmp_path):
    script = serving.prepare_empty_app(tmp_path)
    page, traffic = measuring.watched_page(browser)
    with serving.serving(script, cwd=tmp_path) as server:
        serving.await_ready(server)
        page.goto(server.url)
        measuring.await_map(page)
        measuring.await_answer(page, traffic)
        assert len(traffic.begun) == len(traffic.finished) == 1
        leaflet = traffic.http_bytes_below("/app/static/leaflet.js")
        assert 35_000 < leaflet < 60_000  # 147 KB, sent compressed
        assert 1_000 < traffic.websocket_bytes() < 20_000
        assert 0 < traffic.server_s() < measuring.TIMEOUT_S
        assert 50 < server.memory_mb() < 1_000
        traffic.reset()
        assert traffic.websocket_bytes() == 0
        with pytest.raises(MappingError, match="found 0 frames sent"):
            traffic.server_s()
        with pytest.raises(MappingError, match=r"within 0\.2 s; found 0 frames sent"):
            measuring.await_answer(page, traffic, timeout_s=0.2)
    page.context.close()


def test_a_cold_start_ends_with_a_drawn_map(browser, tmp_path):
    script = serving.prepare_empty_app(tmp_path)
    assert 0.5 < measuring.cold_start_s(browser, script, cwd=tmp_path) < measuring.TIMEOUT_S


def test_a_server_that_ends_at_once_is_told_of(tmp_path):
    with (
        serving.serving(tmp_path / "missing.py", cwd=tmp_path) as server,
        pytest.raises(MappingError, match="did not answer"),
    ):
        serving.await_ready(server)
