"""Registry: the layers that somebody brought, by keys that stand for all they hold."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable
from weakref import WeakValueDictionary

import numpy as np

from mapping.errors import MappingError
from mapping.geography.layer import Layer

OWN = "own."
"""How the keys of layers begin that somebody brought."""
MAX_KEPT = 200
"""So many layers of one's own are kept that nobody else holds; the longest unused ones go first."""
MAX_KEPT_MB = 256
"""What those may take together, in megabytes (10⁶): a layer by postcode takes about 7."""
KEY_LETTERS = 16

_KEPT: OrderedDict[str, tuple[Layer, int]] = OrderedDict()
"""The layers, each with the bytes it takes: to count these anew at every look takes 20 ms."""
_KNOWN: "WeakValueDictionary[str, Layer]" = WeakValueDictionary()
_LOCK = threading.Lock()


def make_key(texts: Iterable[object], numbers: np.ndarray, *more: np.ndarray) -> str:
    """Return the key of a layer from all it holds: ``own.`` and a hash of its content."""
    content = hashlib.sha256(repr([str(text) for text in texts]).encode())
    content.update(np.ascontiguousarray(numbers, dtype="<i4").tobytes())
    for array in more:
        content.update(np.ascontiguousarray(array, dtype="<f8").tobytes())
    return OWN + content.hexdigest()[:KEY_LETTERS]


def register(layer: Layer) -> Layer:
    """Let ``find`` know a layer by its key; the one that is known by it already, if there is."""
    with _LOCK:
        known = _KNOWN.setdefault(layer.key, layer)
        _keep(known)
        return known


def find(key: str) -> Layer:
    """Return a layer that was registered; raises MappingError if none is known by the key."""
    with _LOCK:
        known = _KNOWN.get(key)
        if known is not None:
            _keep(known)
            return known
    raise MappingError(
        f"Expected a layer of somebody's own that is at hand; none is known as “{key[:40]}”. "
        "Bring it again, or open the workspace that it is kept in."
    )


def is_known(key: str) -> bool:
    """Tell whether ``find`` finds a layer by this key."""
    with _LOCK:
        return key in _KNOWN


def _keep(layer: Layer) -> None:
    if layer.key in _KEPT:
        _KEPT.move_to_end(layer.key)
        return
    _KEPT[layer.key] = layer, layer.nbytes
    taken = sum(size for _, size in _KEPT.values())
    while len(_KEPT) > 1 and (len(_KEPT) > MAX_KEPT or taken > MAX_KEPT_MB * 1e6):
        taken -= _KEPT.popitem(last=False)[1][1]
