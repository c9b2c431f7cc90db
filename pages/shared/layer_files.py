"""Files of one layer: offered where maps of one's own are listed or drawn."""

from datetime import UTC, datetime
from functools import partial

from mapping.atoms import postcodes, vintage
from mapping.geography import Layer
from mapping.places import Place
from mapping.takeaway import Request, export
from mapping.takeaway import layer_files as made_files
from pages.shared import files, registers
from pages.shared.choices import Choice


def offer(choice: Choice, layer: Layer, place: Place, *, label: str = "Download") -> None:
    """Offer a layer inside a place as a zip: lookups, areas, picture, and what opens it again."""
    files.offer(
        label,
        partial(_write, choice, layer, place),
        f"{export.file_stem(layer.title, place.name)}.zip",
        "application/zip",
        key=f"_layer_files_{layer.key}",
        icon=":material/download:",
    )


def _write(choice: Choice, layer: Layer, place: Place) -> bytes:
    today = datetime.now(UTC)
    asked = make_request(choice, layer, place)
    made = f"{today.day} {today:%B %Y}"
    return made_files.write(place, layer, asked, by=choice.by, made=made)


def make_request(choice: Choice, layer: Layer, place: Place) -> Request:
    """Return what opens a layer again: over the wards of its place, in the open workspace."""
    data = vintage.read_vintage(postcodes.DATA)
    kept = choice.kept
    return Request(
        page="place",
        choices={"place": f"{place.kind}.{place.code}", "by": choice.by, "over": layer.key},
        build=data.build,
        as_at=data.as_at,
        finding=f"{layer.title}, in {place.name}",
        workspace=registers.workspace(kept).name if kept != registers.NO_WORKSPACE else "",
        workspace_version=kept.version,
    )
