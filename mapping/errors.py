"""The one error tree of the engine."""

from typing import Any


class MappingError(Exception):
    """A fault that a sentence can explain: what was expected, what was found, what to do.

    Pages catch this class, and only this class, and show the sentence to the reader.
    """


class OverlapError(MappingError):
    """Polygons that share ground, so that a postcode would lie in several."""


class TooLargeError(MappingError):
    """A file, or a table in it, that is larger than may be read."""


class NothingCountsError(MappingError):
    """A table of which no row counts; ``residual``, a frame, says of each why not."""

    def __init__(self, message: str, residual: Any):
        super().__init__(message)
        self.residual = residual


class PlanError(MappingError):
    """A plan of groups that cannot be found; ``constraint`` names the rule that stands in its way.

    It is one of "groups", "tolerance", "contains", "together", "apart", "within" and "pieces".
    ``would_do`` is the tolerance, in per cent, with which a plan was found; 0 where none was.
    """

    def __init__(self, message: str, constraint: str, would_do: int = 0):
        super().__init__(message)
        self.constraint = constraint
        self.would_do = would_do


class StoppedError(MappingError):
    """Work that whoever asked for it has stopped before its end."""


class StoreError(MappingError):
    """The database cannot do now what it was asked; later it may."""


class AccessError(MappingError):
    """Somebody asked for what she may not have; nothing was read or changed."""


class DiskError(MappingError):
    """The disk takes no file now, because it is full or may not be written to; later it may."""


class AmbiguousPlaceError(MappingError):
    """A name that means several different sets of postcodes; ``candidates`` lists them all."""

    def __init__(self, message: str, candidates: list):
        super().__init__(message)
        self.candidates = candidates
