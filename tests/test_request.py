"""A request opens a view again, and a file that is none is refused in a sentence."""

import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping.errors import MappingError
from mapping.takeaway import Request, request

PAGES = ("place", "mismatches")
ASKED = Request(
    page="mismatches",
    choices={"place": "borough.E09000007", "a": "ward"},
    build="abc",
    as_at="2025-05",
    finding="A finding.",
    workspace="Ours",
    workspace_version=3,
    workspace_id="key",
)


def changed(**changes: object) -> bytes:
    told = json.loads(request.write(ASKED)) | changes
    return json.dumps({key: value for key, value in told.items() if value is not ...}).encode()


def zipped(**files: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_json", ".json"), content)
    return file.getvalue()


def refused(content: bytes) -> str:
    with pytest.raises(MappingError) as fault:
        request.read(content, pages=PAGES)
    return str(fault.value)


def test_a_request_comes_back_as_it_was_written() -> None:
    assert request.read(request.write(ASKED), pages=PAGES) == ASKED
    assert request.write(ASKED) == request.write(ASKED)


def test_it_comes_back_from_a_zip_and_from_one_that_was_packed_again() -> None:
    content = request.write(ASKED)
    assert request.read(zipped(request_json=content, other=b"x"), pages=PAGES) == ASKED
    assert request.read(zipped(folder__request_json=content), pages=PAGES) == ASKED


def test_a_byte_order_mark_of_an_editor_does_no_harm() -> None:
    assert request.read(b"\xef\xbb\xbf" + request.write(ASKED), pages=PAGES) == ASKED


def test_the_key_of_the_workspace_is_written_only_if_there_is_one() -> None:
    plain = Request("place", {}, "abc", "2025-05", workspace="Ours", workspace_version=3)
    assert b"workspace_id" not in request.write(plain)
    assert b"Ours" in request.write(plain)
    assert request.read(request.write(plain), pages=PAGES).workspace_id == ""
    assert "key" not in repr(ASKED).replace("workspace", "")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "a file of another kind"),
        (b"<html>", "a file of another kind"),
        (b"[" * 100_000, "a file of another kind"),
        (b'"\\ud800"', "a file of another kind"),
        (b"[1]", "another kind"),
        (changed(format="other"), "another kind"),
        (changed(version=True), "without a version"),
        (changed(version=...), "without a version"),
        (changed(version=2), "saved with a newer version of Common Ground"),
        (changed(page="../etc/passwd"), "which there is not"),
        (changed(page=...), "without page"),
        (changed(surprise=1), "unknown entries (surprise)"),
        (changed(choices=[1]), "choices that are no texts"),
        (changed(choices={"place": 5}), "choices that are no texts"),
        (changed(choices={"place": "x" * 20_001}), "choices that are no texts"),
        (changed(finding=5), "under finding"),
        (changed(workspace_version=-1), "whole number"),
        (changed(workspace_version=1.5), "whole number"),
        (b" " * 200_001, "200,001 bytes"),
        (zipped(other=b"x"), "0 called request.json"),
        (zipped(a__request_json=b"{}", b__request_json=b"{}"), "2 called request.json"),
        (zipped(request_json=b" " * 5_000_000), "bytes"),
        (b"PK\x03\x04" + b"broken" * 20, "damaged or no zip"),
        (zipped(request_json=request.write(ASKED))[:-30], "damaged or no zip"),
    ],
)
def test_what_is_no_request_is_refused_in_a_sentence(content: bytes, words: str) -> None:
    said = refused(content)
    assert words in said
    assert len(said) < 400


def test_a_zip_of_many_files_is_not_looked_through() -> None:
    many = {f"f{n}": b"" for n in range(201)}
    said = refused(zipped(request_json=request.write(ASKED), **many))
    assert "at most 200 files in the zip of a saved view" in said
    assert "found 202" in said


def test_a_zip_that_was_changed_on_the_way_is_refused() -> None:
    content = zipped(request_json=request.write(ASKED))
    middle = content.index(b"request.json") + 20
    assert "Expected" in refused(content[:middle] + b"\x00\xff\x00" + content[middle + 3 :])


@given(st.binary(max_size=400), st.booleans())
def test_no_bytes_make_it_fall(content: bytes, is_zip: bool) -> None:
    refused(b"PK\x03\x04" + content if is_zip else content)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_no_json_makes_it_fall(told: object) -> None:
    for key in ("choices", "page", "workspace_version", "surprise"):
        try:
            found = request.read(changed(**{key: told}), pages=PAGES)
        except MappingError:
            continue
        assert all(isinstance(value, str) for value in found.choices.values())
