"""Charts as pictures: SVG in an image, which no page's styles or scripts reach, with words for it.

An image has no access to the page's fonts or colours: it lies on the maps' ground, so that it looks
the same on a dark page.
"""

import base64
from collections.abc import Sequence
from html import escape
from textwrap import wrap

from mapping.drawing.signs import GROUND, INK

PROJECTED_PX = 22.0
"""The size of letters, at the least, in a wide picture on a projector: 20 pixels on its screen."""
MARGIN = 8
"""What is left free around the parts of a picture."""
HATCH = (
    '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="6" height="6" fill="{fill}"/>'
    '<rect width="2.4" height="6" fill="{mark}"/></pattern>'
)


def document(width: float, height: float, parts: Sequence[str], *, px: float) -> str:
    """Join parts into a picture of that size and a margin, its texts of a size."""
    across, high = width + 2 * MARGIN, height + 2 * MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{across:g}" height="{high:g}" '
        f'viewBox="{-MARGIN} {-MARGIN} {across:g} {high:g}" font-family="system-ui, sans-serif" '
        f'font-size="{px:g}" fill="{INK}"><rect x="{-MARGIN}" y="{-MARGIN}" width="{across:g}" '
        f'height="{high:g}" rx="4" fill="{GROUND}"/>{"".join(parts)}</svg>'
    )


def image(svg: str, told: str, name: str = "cg-chart") -> str:
    """Return a picture as an HTML image of class ``name``; ``told`` are words for it."""
    content = base64.b64encode(svg.encode()).decode()
    return f'<img class="{name}" alt="{escape(told)}" src="data:image/svg+xml;base64,{content}"/>'


def text(x: float, y: float, words: str, **attributes: object) -> str:
    """Write words at a point; attributes as in SVG, with "_" for "-"."""
    return f'<text x="{x:g}" y="{y:g}"{_write(attributes)}>{escape(words)}</text>'


def lines(x: float, y: float, words: str, letters: int, step: float, **attributes: object) -> str:
    """Write words in lines of up to so many letters, the first at a point."""
    found = wrap(words, letters) or [""]
    return "".join(text(x, y + step * at, line, **attributes) for at, line in enumerate(found))


def shape(kind: str, **attributes: object) -> str:
    """Draw a shape of SVG ("rect", "line", "circle" …) with its attributes, "_" for "-"."""
    return f"<{kind}{_write(attributes)}/>"


def _write(attributes: dict[str, object]) -> str:
    return "".join(
        f' {name.replace("_", "-")}="{escape(str(value))}"' for name, value in attributes.items()
    )
