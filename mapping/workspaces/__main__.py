"""Back up all workspaces to a file, and restore them: python -m mapping.workspaces --help."""

import argparse
import sys

from mapping.errors import MappingError
from mapping.wording import join_names, number, write_count
from mapping.workspaces import KINDS
from mapping.workspaces.store import backups


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks for; returns 0, or 1 after a sentence on what is wrong."""
    given = _read(arguments)
    try:
        if given.command == "backup":
            made = backups.back_up(given.file, replace=given.replace)
            print(f"Backed up {_say(made)} to {given.file}.")
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
    return parser.parse_args(arguments)


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
