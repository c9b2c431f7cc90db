"""Back up all workspaces, restore them, say who may open them: python -m mapping.workspaces."""

import argparse
import sys

from mapping import access
from mapping.access import Role
from mapping.errors import MappingError
from mapping.wording import join_names, number, write_count
from mapping.workspaces import KINDS
from mapping.workspaces.store import Store, backups, roles

ROLES = {"reader": Role.READER, "editor": Role.EDITOR, "steward": Role.STEWARD, "none": Role.NONE}


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks for; returns 0, or 1 after a sentence on what is wrong."""
    given = _read(arguments)
    try:
        if given.command == "backup":
            made = backups.back_up(given.file, replace=given.replace)
            print(f"Backed up {_say(made)} to {given.file}.")
        elif given.command == "people":
            _list_people()
        elif given.command == "grant":
            _grant(given.workspace, given.person, given.role)
        else:
            made = backups.restore(given.file, replace=given.replace)
            print(f"Restored {_say(made)}{_say_replaced(made.replaced)}.")
            print("If the app is running, start it again.")
    except MappingError as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


def _read(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m mapping.workspaces", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, what, over in (
        ("backup", "copy all workspaces to FILE; the app may run meanwhile", "an earlier FILE"),
        ("restore", "put back the workspaces in FILE; others stay", "workspaces that are here"),
    ):
        command = commands.add_parser(name, help=what, description=what)
        command.add_argument("file", metavar="FILE")
        command.add_argument("--replace", action="store_true", help=f"write over {over}")
    what = "list all workspaces by their ids, with their stewards"
    commands.add_parser("people", help=what, description=what)
    what = "let PERSON hold ROLE in a workspace, by her e-mail address or name of a user"
    command = commands.add_parser("grant", help=what, description=what)
    command.add_argument("workspace", metavar="ID", help="or “all”, those without a steward")
    command.add_argument("person", metavar="PERSON")
    command.add_argument("role", choices=list(ROLES), metavar="ROLE", help=", ".join(ROLES))
    return parser.parse_args(arguments)


def _list_people() -> None:
    for row in roles.list_stewards().itertuples():
        print(f"{row.id}  {row.name}  {row.stewards or 'no steward'}")


def _grant(workspace: str, person: str, role: str) -> None:
    """Give a role in one workspace, or in all that have no steward."""
    there = roles.list_stewards()
    chosen = there[there["stewards"] == ""]["id"].tolist() if workspace == "all" else [workspace]
    store = Store()
    try:
        for one in chosen:
            store.give_role(one, person, ROLES[role])
    finally:
        store.close()
    many = write_count(len(chosen), "workspace", "workspaces")
    print(f"{access.read_id(person)} is now {access.name_role(ROLES[role])} of {many}.")


def _say(made: backups.Copied) -> str:
    held = [
        write_count(made.rows[kind.name], *kind.nouns)
        for kind in KINDS
        if kind.nouns and made.rows.get(kind.name)
    ]
    many = write_count(made.workspaces, "workspace", "workspaces")
    return f"{many} with {join_names(held, len(held))}" if held else many


def _say_replaced(replaced: int) -> str:
    if not replaced:
        return ""
    instead = "one that was here" if replaced == 1 else "those that were here"
    return f", {number(replaced)} of them in place of {instead}"


if __name__ == "__main__":
    sys.exit(main())
