"""The parts of a workbook that are XML: where links lead, and a second look at a part."""

from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import XMLParser, fromstring

from mapping import zips


def parse(archive: zips.CheckedZip, part: str) -> Element:
    """Return the root of a small part; raises ValueError if it defines entities."""
    root: Element = fromstring(archive.read(part), forbid_dtd=True)
    return root


def map_targets(archive: zips.CheckedZip, part: str) -> dict[str, str]:
    """Map the ids of the links that a part of the workbook lists to the parts they lead to."""
    return {one.get("Id", ""): _resolve(one.get("Target", "")) for one in parse(archive, part)}


def _resolve(target: str) -> str:
    return target[1:] if target.startswith("/") else f"xl/{target}"


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
