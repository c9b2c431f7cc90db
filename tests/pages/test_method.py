"""The method page says who is responsible for what, from the rules that make the actors."""

from shown import PLACES, Shown, opened

from mapping.actors import defaults


def text_of(shown: Shown) -> str:
    return " ".join(shown.html).replace("&#x27;", "'")


def test_every_rule_and_every_theme_stands_on_the_method_page() -> None:
    said = text_of(opened("data_and_method"))
    rules = defaults.rules()
    for column in ("actor_type", "themes", "why"):
        assert [text for text in rules[column] if text not in said] == []
    vocabulary = defaults.vocabulary()
    for column in vocabulary:
        assert [text for text in vocabulary[column] if text not in said] == []


def test_the_error_of_the_estimate_is_shown_by_nation_before_and_after() -> None:
    errors = next(t for c, t in opened("data_and_method").tables().items() if "by nation" in c)
    assert errors["Nation"].tolist() == ["England", "Scotland", "Wales"]
    assert errors["Council areas"].astype(int).sum() == 350
    assert set(errors["Error after adjustment"]) == {"0%"}


def test_the_footer_says_of_when_the_maps_are_that_a_page_used() -> None:
    said = text_of(opened("place", place=PLACES["Oldham"]))
    assert "Boundary maps used here: " in said
    assert "police forces, fire services, ambulance services" in said
    assert "May 2025" in said
    assert "integrated care boards" in said
