"""The benchmarks' own arithmetic: bars, medians, shares, memory, layout of the empty app."""

import json
import os
import random
import subprocess
import sys
import time
from itertools import pairwise

import pytest

from benchmarks import __main__ as command
from benchmarks import app, archives, bars, browser, data, footprints, heavy, server, soak, timing
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
    assert len(written["measured_with"]["load"]) == 3


def test_an_unknown_part_is_refused():
    with pytest.raises(SystemExit):
        command.main(["--only", "nothing"])


def test_an_archive_that_lies_is_refused_before_it_takes_the_memory():
    over, read = archives.rows()
    assert (over.verdict, read.measured) == ("met", 0)
    _, is_refused = archives.measure(archives.make_lying_zip(1_000_000, 1_000_000))
    assert not is_refused


def test_files_that_a_soak_puts_in_are_of_their_kind_and_unlike_each_other():
    chance = random.Random(1)
    for kind, heading in (("organisations", "Organisation"), ("map", "ward"), ("numbers", "ward")):
        one, other = (soak.write_file(kind, "E09000007", chance) for _ in range(2))
        assert one != other
        assert one.decode().startswith(heading)


def test_a_soak_compares_the_last_minutes_with_the_first_once_it_is_warm():
    diary = soak.Diary()
    diary.memory_mb = [(at / 100, float(at)) for at in range(100)]
    early, late = diary.early_and_late(diary.memory_mb)
    assert (min(early), max(early), min(late), max(late)) == (25, 39, 85, 99)


def test_competitors_take_turns_and_have_a_run_before_the_clock_starts():
    calls: list[str] = []
    timing.medians_s(
        lambda: calls.append("ours"), {"peer": lambda: calls.append("peer")}, rounds=2, calls=2
    )
    assert calls == ["ours", "peer"] + ["ours", "ours", "peer"] * 2


def test_residents_of_every_district_are_held_to_the_census():
    *estimated, exact, size = data.rows()
    assert [row.measured > 1 for row in estimated] == [True, True]
    assert (exact.measured, exact.bar) == (0, 0)
    assert size.measured < size.bar


def test_acts_are_held_to_their_median_time_and_most_bytes_and_the_first_is_shown():
    rows = list(
        app.acted(
            "a click",
            [app.Cost(30_000, 0.7, 0.3), app.Cost(61_000, 0.2, 0.2), app.Cost(10, 0.1, 0.1)],
        )
    )
    assert [(row.measured, row.unit, row.verdict) for row in rows] == [
        (61.0, "kB", "short"),
        (0.2, "s", "met"),
        (0.7, "s", ""),
        (0.7, "s", ""),
        (0.2, "s", ""),
    ]
    assert "the first after a start" in rows[2].what


def test_every_act_is_repeated_at_least_five_times_and_never_twice_the_same_in_a_row():
    for acts in (app.SPOTS, app.LENSES, app.LAYERS):
        assert len(acts) >= 5
        assert len(set(acts)) >= 3
        assert all(one != other for one, other in pairwise(acts))


def test_an_act_is_over_when_every_run_is_finished_every_file_there_and_all_is_quiet(monkeypatch):
    now = 100.0
    monkeypatch.setattr(browser.time, "perf_counter", lambda: now)
    traffic = browser.Traffic()
    now += browser.QUIET_S + 0.1
    assert not traffic.is_over()  # nothing was asked
    traffic.sent.append((1.0, 10))
    assert not traffic.is_over()  # nothing was answered
    traffic.begun.append(1.1)
    traffic.finished.append(1.2)
    assert traffic.is_over()
    traffic.begun.append(1.3)
    assert not traffic.is_over()  # a second run goes on
    traffic.finished.append(1.4)
    traffic.sent.append((1.5, 10))
    assert not traffic.is_over()  # asked again
    traffic.begun.append(1.6)
    traffic.finished.append(1.7)
    asked = {"requestId": "7", "request": {"url": "http://127.0.0.1/app/static/x.json"}}
    traffic._on_request(asked)
    assert not traffic.is_over()  # a file is on its way
    traffic._on_loaded({"requestId": "7", "encodedDataLength": 5})
    assert not traffic.is_over()  # it has only just come
    now += browser.QUIET_S + 0.1
    assert traffic.is_over()
    assert traffic.server_s() == pytest.approx(0.7)


def test_results_can_be_read_back(tmp_path):
    bars.write([Row("x", 1, "s")], tmp_path / "r.json")
    assert json.loads((tmp_path / "r.json").read_text())["rows"][0]["bar"] is None


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_processor_time_counts_work_and_not_waiting():
    code = "import time; t = time.process_time\nwhile t() < 0.3: pass\nprint(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as busy:
        one = server.Server(busy, "", 0.0)
        busy.stdout.readline()
        first_s = app.processor_s(one)
        time.sleep(0.5)
        second_s = app.processor_s(one)
        busy.communicate(b"\n")
    assert 0.2 < first_s < 2
    assert second_s - first_s < 0.2


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


def test_heavy_files_are_unlike_each_other_and_each_can_be_read():
    drawn, table = heavy.draw(40, areas=4), footprints.table(5)
    maps = [heavy.make_unlike(drawn, "map", number) for number in range(3)]
    assert len({*maps}) == 3
    assert all(len(json.loads(one)["features"]) == 4 for one in maps)
    tables = [heavy.make_unlike(table, "organisations", number) for number in range(3)]
    assert len({*tables}) == 3
    assert all(one.count(b"\n") == table.count(b"\n") + 1 for one in tables)
