"""The rules: what each role may do, in one table; and the sentences of a refusal."""

from enum import Enum, IntEnum

from mapping.access.people import Person
from mapping.errors import AccessError

__all__ = ["NEEDED", "Action", "Role", "explain_refusal", "explain_unknown", "may", "name_role"]


class Role(IntEnum):
    """What somebody is to a workspace; each may do what those before it may."""

    NONE = 0
    READER = 1
    EDITOR = 2
    STEWARD = 3


class Action(Enum):
    """What somebody does with a workspace, as the sentence of a refusal says it."""

    READ = "open this workspace"
    SEE_CONTACTS = "see the contacts of organisations in this workspace"
    SEE_FILES = "see the rows of files in this workspace"
    SEE_HISTORY = "see what happened in this workspace"
    EXPORT = "download this workspace"
    CHANGE = "change this workspace"
    RENAME = "rename this workspace"
    REMOVE = "remove anything from this workspace"
    KEEP_HISTORY = "choose how long it is kept what happened in this workspace"
    SHARE = "choose who may open this workspace"
    DELETE = "delete this workspace"
    UNDELETE = "bring this workspace back"
    ERASE = "delete this workspace for good"


NEEDED: dict[Action, Role] = {
    Action.READ: Role.READER,
    Action.SEE_CONTACTS: Role.EDITOR,
    Action.SEE_FILES: Role.EDITOR,
    Action.SEE_HISTORY: Role.EDITOR,
    Action.EXPORT: Role.EDITOR,
    Action.CHANGE: Role.EDITOR,
    Action.RENAME: Role.EDITOR,
    Action.REMOVE: Role.EDITOR,
    Action.KEEP_HISTORY: Role.STEWARD,
    Action.SHARE: Role.STEWARD,
    Action.DELETE: Role.STEWARD,
    Action.UNDELETE: Role.STEWARD,
    Action.ERASE: Role.STEWARD,
}
"""The least role that may do each. Making a workspace takes no role, but somebody known."""
NAMES = {
    Role.NONE: "no role",
    Role.READER: "a reader",
    Role.EDITOR: "an editor",
    Role.STEWARD: "a steward",
}
LEAST = {Role.READER: "readers", Role.EDITOR: "editors", Role.STEWARD: "stewards"}
SIGN_IN = "Nothing was shown or changed: you are not signed in. Sign in and try again."


def may(role: Role, action: Action) -> bool:
    """Tell whether a role may do something.

    >>> may(Role.READER, Action.READ), may(Role.READER, Action.CHANGE)
    (True, False)
    """
    return role >= NEEDED[action]


def name_role(role: Role) -> str:
    """Return what a role is called within a sentence.

    >>> name_role(Role.STEWARD)
    'a steward'
    """
    return NAMES[role]


def explain_refusal(person: Person, role: Role, action: Action) -> AccessError:
    """Return the fault of somebody whose role does not allow what she asked for."""
    if not person.is_known:
        return AccessError(SIGN_IN)
    if role is Role.NONE:
        return AccessError(
            "This workspace is not open to you. It may be private, or deleted, or the link may be "
            "incomplete: ask whoever sent it to add you, and say that you are signed in as "
            f"{person.name[:80]}."
        )
    return AccessError(
        f"Only {LEAST[NEEDED[action]]} may {action.value}; you are {name_role(role)} of it. "
        "Nothing was changed. Ask one of its stewards."
    )


def explain_unknown() -> AccessError:
    """Return the fault of somebody who is not signed in and asks for what needs no role."""
    return AccessError(SIGN_IN)
