"""Access: who somebody is, and who may do what with a workspace; off unless it is switched on.

``setting`` says whether it is on and how people are known, ``people`` who they are, ``rules`` what
each role may do. The store asks ``rules`` at every action; pages only show less.
"""

from mapping.access import passphrase, setting
from mapping.access.people import (
    ANYBODY,
    HALL,
    HOST,
    HOSTED,
    MAX_ID_LETTERS,
    NOBODY,
    Person,
    read_id,
)
from mapping.access.rules import (
    NEEDED,
    Action,
    Role,
    explain_refusal,
    explain_unknown,
    may,
    name_role,
)
from mapping.access.setting import Setting, Way
from mapping.access.tries import Tries

__all__ = [
    "ANYBODY",
    "HALL",
    "HOST",
    "HOSTED",
    "MAX_ID_LETTERS",
    "NEEDED",
    "NOBODY",
    "Action",
    "Person",
    "Role",
    "Setting",
    "Tries",
    "Way",
    "explain_refusal",
    "explain_unknown",
    "may",
    "name_role",
    "passphrase",
    "read_id",
    "setting",
]
