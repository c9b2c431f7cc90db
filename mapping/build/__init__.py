"""The build of ``data/``: ``python -m mapping.build``."""
