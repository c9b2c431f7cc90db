"""The method page says who is responsible for what, from the rules that make the actors."""

from shown import Shown, opened

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
