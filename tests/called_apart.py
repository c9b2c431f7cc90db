"""What tests call in a process of its own: it loads no more than it is."""

import os
import time


def add(one: int, other: int, *, advance=None) -> int:
    if advance is not None:
        advance(0.5, "the sum")
        print("what a library prints is no answer")
    return one + other


def fail(kind: type, *given: object) -> None:
    raise kind(*given)


def end(number: int) -> None:
    os.kill(os.getpid(), number)


def take(megabytes: int) -> int:
    return len(bytes(bytearray(megabytes * 1_000_000)))


def make_large(count: int) -> dict:
    import numpy as np
    import pandas as pd

    texts = pd.Series([f"Row {n % 977}" for n in range(count)], dtype="str")
    return {"numbers": np.arange(count), "texts": texts, "shapes": ["a", ("b", 1)]}


def wait() -> None:
    time.sleep(600)


def count_processor_time() -> None:
    while True:
        pass
