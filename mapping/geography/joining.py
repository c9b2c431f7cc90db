"""Joining: a layer of which some units are made one, to see what that would change."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from mapping.errors import MappingError
from mapping.geography import lookups
from mapping.geography.layer import Layer, slug

MAX_EXAMPLES = 5


def join_units(base: Layer, groups: Mapping[str, Sequence[str]]) -> Layer:
    """Make a layer in which some units of another are one, and register it.

    ``groups`` maps the names of the new units to the codes of those that make them; the others
    stay. Where bodies share areas out, an area is that of its largest. Its key hashes its content,
    so the same groups are the same object. Raises MappingError for codes that the layer does not
    have, a code in two groups and a group of fewer than two.

    >>> from mapping.geography import layers
    >>> groups = {"West Berkshire and Reading": ["E06000037", "E06000038"]}
    >>> joined = join_units(layers.get("borough"), groups)
    >>> len(layers.get("borough").codes) - len(joined.codes)
    1
    """
    codes, names = base.codes.astype(object), base.names.astype(object)
    number, taken = np.arange(len(codes)), set()
    for name, members in groups.items():
        found = [base.number_of(code) for code in members]
        if len(set(found)) < 2 or not slug(name):
            raise MappingError(
                f"Expected a name and at least two {base.plural} to make one; found "
                f"{len(set(found))} for “{name[:40]}”. Choose more of them."
            )
        again = [base.name_of(unit) for unit in found if unit in taken]
        taken.update(found)
        if again:
            raise MappingError(
                f"Expected each of the {base.plural} in one group; found "
                f"{', '.join(again[:MAX_EXAMPLES])} in two. Leave them out of one."
            )
        number[found], codes[found[0]], names[found[0]] = found[0], f"joined-{slug(name)}", name
    unit = np.append(number, -1)[base.numbers]
    return lookups.finish(
        unit.astype("int32"),
        base.grain,
        codes,
        names,
        pd.DataFrame(),
        title=f"{base.title} (some merged)",
        scale=base.scale,
        plural=f"{base.plural} (some merged)",
        sector=base.sector,
        source=f"{base.source}; merged by hand",
        as_at=base.as_at,
        description=f"{base.title}s of which some are merged, to see what that would change.",
    )
