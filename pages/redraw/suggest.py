"""Suggest neighbourhoods."""

from pages.shared.choices import Choice


def show(choice: Choice) -> None:
    """Show suggestions."""
