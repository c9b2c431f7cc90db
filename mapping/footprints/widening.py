"""Widening: what a column's role makes of the areas that its texts mean.

A postcode may stand for its ward or its council area; letters are no postcode areas in a
column of names.
"""

from mapping.atoms import postcodes
from mapping.footprints import contrary
from mapping.footprints.roles import KIND_ROLES
from mapping.geocode import Answer, areas
from mapping.geography import layers

WIDER = {"postcode_ward": "ward", "postcode_borough": "borough"}
"""Roles of postcodes that stand for what they lie in, and the layer of that."""
RESOLVED_AS = {
    **dict.fromkeys(WIDER, "postcode"),
    **dict.fromkeys(("named", "except", "whether", "not_held", contrary.ROLE), ""),
}
"""Kinds as which texts of such columns are looked up."""


def adjust(answer: Answer, kind: str, text: str) -> Answer:
    """Return what an answer to a text comes to in a column of a kind, a role or a layer's key."""
    if kind == "except":
        said = f"“{text[:40]}” is to be left out, which we cannot do: list what is covered instead"
        return Answer(-1, "unmatched", said)
    if kind == "not_held":
        said = f"“{text[:40]}” is an area of a kind that we do not have, as the row says"
        return Answer(-1, "unmatched", said)
    if kind == "whether":
        return Answer(-1, "unmatched", f"“{text[:20]}” says that this is not where they work")
    if answer.area < 0:
        return answer
    if kind in WIDER:
        return _widen(answer, WIDER[kind], text)
    if (kind == "named" or kind in KIND_ROLES) and areas.kind_of(answer.area) == "postal_area":
        said = f"“{text[:20]}” could be a postcode area or initials, in a column of names"
        return Answer(-1, "unmatched", said)
    return answer


def _widen(answer: Answer, layer: str, text: str) -> Answer:
    noun = layers.get(layer).noun
    if areas.kind_of(answer.area) != "postcode":
        return Answer(
            -1, "unmatched", f"“{text[:20]}” is not a full postcode, so we do not know its {noun}"
        )
    ward = postcodes.table().ward[answer.area - areas.postcode(0)]
    of_ward = layers.get(layer).of_ward
    assert of_ward is not None
    unit = int(of_ward[ward])
    area = areas.number(layer, str(layers.get(layer).codes[unit])) if unit >= 0 else -1
    if area < 0:
        return Answer(-1, "unmatched", f"“{text[:20]}” is not in any {noun}")
    return Answer(area, "corrected", f"{text[:20]} stands for its {noun}, {areas.label(area)}")
