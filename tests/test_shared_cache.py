"""Two processes with one folder for what is derived: neither spoils what the other makes."""

import json
import subprocess
import sys
import time
from pathlib import Path

from mapping import boundaries, derived, places
from mapping.geography import layers

ROOT = Path(__file__).resolve().parents[1]
PLACES = ("City of London", "Rutland", "Isles of Scilly")
DERIVE = f"""
import hashlib, json, sys, time
from pathlib import Path
from mapping import boundaries, places
from mapping.drawing import assets
from mapping.geography import layers
here, other, static = map(Path, sys.argv[1:])
found = {{}}
sectors = layers.get("postal_sector")
chosen = [places.get(name) for name in {PLACES!r}]
here.touch()
while not other.exists():
    time.sleep(0.002)
for place in chosen:
    frame = boundaries.polygons(place, sectors)
    shown = assets.publish(frame, place.name, static)
    shapes = b"".join(filter(None, frame.geometry.to_wkb()))
    found[place.name] = [hashlib.sha256(shapes).hexdigest(), shown.path]
print(json.dumps(found))
"""
WRITE = """
import sys
from pathlib import Path
from mapping import derived
path, letter = Path(sys.argv[1]), sys.argv[2].encode()
for _ in range(300):
    derived.keep_sealed(path, letter * 200_000)
    if derived.read_sealed(path) not in (b"a" * 200_000, b"b" * 200_000):
        sys.exit("what was read is neither's")
"""


def start(code: str, *given: Path | str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, given)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_two_processes_derive_the_same_at_once_and_both_have_it_whole(tmp_path, monkeypatch):
    monkeypatch.setenv("COMMON_GROUND_CACHE", str(tmp_path / "cache"))
    marks = [tmp_path / "one", tmp_path / "two"]
    static = tmp_path / "static"
    running = [start(DERIVE, *order, static) for order in (marks, marks[::-1])]
    said = [process.communicate(timeout=120)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0]
    one, other = map(json.loads, said)
    assert list(one) == list(PLACES)
    assert one == other

    kept = [file for file in (tmp_path / "cache").rglob("*") if file.is_file()]
    assert kept
    assert [file for file in kept if derived.read_sealed(file) is None] == []
    written = [file for file in tmp_path.rglob("*") if file.name.endswith(derived.UNFINISHED)]
    assert written == []
    for name, (_, path) in one.items():
        content = json.loads((static / path).read_text(encoding="utf-8"))
        sectors = boundaries.polygons(places.get(name), layers.get("postal_sector"))
        drawn = sectors[~(sectors.geometry.isna() | sectors.geometry.is_empty)]
        assert len(content["features"]) == len(drawn)


def test_whoever_reads_while_two_write_meets_one_content_whole(tmp_path):
    file = tmp_path / "shared"
    running = [start(WRITE, file, letter) for letter in "ab"]
    until = time.monotonic() + 60
    while any(process.poll() is None for process in running) and time.monotonic() < until:
        if file.is_file():
            assert derived.read_sealed(file) is not None
        derived.prune(tmp_path, "*", keep_bytes=0)
    assert [process.wait(timeout=60) for process in running] == [0, 0]
    assert {one.name for one in tmp_path.iterdir()} == {"shared"}
