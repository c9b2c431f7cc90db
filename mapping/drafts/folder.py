"""Folder: where drafts lie, beside the database unless somebody says otherwise."""

import os
from pathlib import Path

from mapping.workspaces.store import database

VARIABLE = "COMMON_GROUND_DRAFTS"
NAME = "drafts"


def find_folder() -> Path:
    """Return the folder of drafts, which may not be there yet.

    It is what the environment variable COMMON_GROUND_DRAFTS says; else ``drafts`` beside the file
    of SQLite, or where that would be if the database is PostgreSQL: processes on several machines
    need one folder that they share. Raises MappingError for an address that is no database's.
    """
    if named := os.environ.get(VARIABLE, ""):
        return Path(named)
    url = database.address(database.choose(""))
    if url.get_backend_name() == "sqlite":
        return Path(str(url.database)).parent / NAME
    return database.DEFAULT.parent / NAME
