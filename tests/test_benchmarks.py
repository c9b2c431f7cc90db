"""The benchmarks' own arithmetic: bars, medians, shares, memory, layout of the empty app."""

import json
import os
import subprocess
import sys

import pandas as pd
import pytest

from benchmarks import __main__ as command
from benchmarks import bars, data, server, timing
from benchmarks.bars import Row


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (Row("speed", 300, "×", 300), "met"),
        (Row("speed", 299, "×", 300), "short"),
        (Row("size", 16, "MB", 16, "less"), "met"),
        (Row("size", 16.1, "MB", 16, "less"), "short"),
        (Row("size", 16.1, "MB"), ""),
    ],
)
def test_a_bar_is_met_on_its_good_side(row, verdict):
    assert row.verdict == verdict
    assert row.line().split()[0] == row.what
    assert row.line().endswith(verdict or row.unit)


def test_every_part_asked_for_is_run_printed_and_written(monkeypatch, tmp_path, capsys):
    parts = {
        "one": lambda: iter([Row("first", 1, "×", 2)]),
        "two": lambda: iter([Row("second", 3, "ms")]),
    }
    monkeypatch.setattr(command, "PARTS", parts)
    command.main(["--only", "one", "--out", str(tmp_path / "r.json")])
    printed = capsys.readouterr().out
    assert "first" in printed
    assert "second" not in printed
    assert "0 bars met, 1 short" in printed
    written = json.loads((tmp_path / "r.json").read_text())
    assert [(row["what"], row["measured"], row["met"]) for row in written["rows"]] == [
        ("first", 1.0, False)
    ]
    assert written["measured_with"]["cores"] == os.cpu_count()


def test_an_unknown_part_is_refused():
    with pytest.raises(SystemExit):
        command.main(["--only", "nothing"])


def test_competitors_take_turns_and_have_a_run_before_the_clock_starts():
    calls: list[str] = []
    timing.medians_s(
        lambda: calls.append("ours"), {"peer": lambda: calls.append("peer")}, rounds=2, calls=2
    )
    assert calls == ["ours", "peer"] + ["ours", "ours", "peer"] * 2


def test_errors_of_shares_leave_the_city_aside_and_do_not_see_a_common_factor():
    counted = pd.Series({data.CITY_OF_LONDON: 1.0, "A": 100.0, "B": 300.0})
    assert data.share_errors(counted * 2, counted).to_dict() == {"A": 0, "B": 0}
    skewed = pd.Series({data.CITY_OF_LONDON: 50.0, "A": 200.0, "B": 200.0})
    assert data.share_errors(skewed, counted).to_list() == pytest.approx([1.0, 1 / 3])


def test_results_can_be_read_back(tmp_path):
    bars.write([Row("x", 1, "s")], tmp_path / "r.json")
    assert json.loads((tmp_path / "r.json").read_text())["rows"][0]["bar"] is None


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_counts_a_process_and_its_children():
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'])"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE) as parent:
        while len(server.family(parent.pid)) < 2:
            assert parent.poll() is None
        both = server.Server(parent, "", 0.0).memory_mb()
        parent.communicate(b"\n")
    assert both > 8
    assert server.family(os.getpid())[0] == os.getpid()


def test_the_empty_app_brings_its_own_leaflet(tmp_path):
    script = server.prepare_empty_app(tmp_path)
    assert script.parent == tmp_path
    assert "mapping" not in script.read_text()
    assert (tmp_path / "static" / "leaflet.js").stat().st_size > 100_000
