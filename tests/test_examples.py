"""The examples in the engine's docstrings run, and say what they show."""

import doctest
import importlib
import pkgutil

import pytest

import mapping

MODULES = [
    module.name
    for module in pkgutil.walk_packages(mapping.__path__, "mapping.")
    if not module.name.endswith("__main__")
]


def examples(module: str) -> list[doctest.DocTest]:
    found = doctest.DocTestFinder(exclude_empty=True).find(importlib.import_module(module))
    return [one for one in found if one.examples]


SHOWN = [one for module in MODULES for one in examples(module)]


def test_the_main_functions_have_an_example():
    assert len(SHOWN) >= 20


@pytest.mark.parametrize("shown", SHOWN, ids=[one.name for one in SHOWN])
def test_an_example_says_what_comes_of_it(shown: doctest.DocTest) -> None:
    said: list[str] = []
    ran = doctest.DocTestRunner(verbose=False).run(shown, out=said.append)
    assert ran.failed == 0, "".join(said)
    assert ran.attempted == len(shown.examples)
