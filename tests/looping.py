"""Coroutines run in tests whose thread has a loop already: Playwright's, of another file."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def run(coroutine: Coroutine[object, object, T]) -> T:
    """Run a coroutine in a thread of its own, and return what it returns."""
    return call(lambda: asyncio.run(coroutine))


def call(function: Callable[[], T]) -> T:
    """Call what runs a coroutine in a thread of its own, and return what it returns."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(function).result()
