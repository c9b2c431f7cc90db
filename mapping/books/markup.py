"""The parts of a workbook that are XML: where links lead, and a second look at a part."""

import posixpath
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import XMLParser, fromstring

from mapping import zips


def parse(archive: zips.CheckedZip, part: str) -> Element:
    """Return the root of a small part; raises ValueError if it defines entities."""
    root: Element = fromstring(archive.read(part), forbid_dtd=True)
    return root


def find_workbook(archive: zips.CheckedZip) -> str:
    """Name the part that the zip says is its workbook; raises LookupError if it says none."""
    for link in parse(archive, "_rels/.rels"):
        if link.get("Type", "").endswith("/officeDocument"):
            return link.get("Target", "").lstrip("/")
    raise LookupError("no workbook")


def map_targets(archive: zips.CheckedZip, part: str) -> dict[str, str]:
    """Map the ids of the links that a part lists to the parts they lead to."""
    folder, name = posixpath.split(part)
    return {
        one.get("Id", ""): posixpath.normpath(posixpath.join("/", folder, one.get("Target", "")))[
            1:
        ]
        for one in parse(archive, posixpath.join(folder, "_rels", f"{name}.rels"))
    }


def is_marked(archive: zips.CheckedZip, part: str, marks: tuple[bytes, ...], usual: bytes) -> bool:
    """Tell whether a part holds any of some marks, of up to 20 bytes each.

    A part that does not begin as is ``usual``, with names and quotation marks of another kind, may
    write the marks otherwise: it counts as one that holds them.
    """
    with archive.open(part) as file:
        end = file.read(zips.PIECE_BYTES)
        if usual not in end or b"='" in end:
            return True
        while not any(mark in end for mark in marks):
            piece = file.read(zips.PIECE_BYTES)
            if not piece:
                return False
            end = end[-20:] + piece
        return True


def feed(archive: zips.CheckedZip, part: str, target: Any) -> None:
    """Read a part piece by piece; ``target`` is told of its tags and texts."""
    parser = XMLParser(target=target, forbid_dtd=True)
    with archive.open(part) as file:
        while piece := file.read(zips.PIECE_BYTES):
            parser.feed(piece)
    parser.close()
