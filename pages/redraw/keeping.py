"""Keeping: what was redrawn goes into a workspace with a name and a note, and is opened again."""

from mapping.geography import Layer
from pages.shared.choices import Choice


def show(choice: Choice, blocks: Layer) -> None:
    """Let the reader keep what is drawn, and list what was kept."""
