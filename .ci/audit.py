"""Say which pinned versions have known vulnerabilities, as far as a list of these is at hand.

    python3 .ci/audit.py PIP_AUDIT constraints.txt

It ends with 0 whatever it finds. A list that grows overnight would fail a tree in which nothing
has changed, and without the internet there is none: what is found is printed at the very end of
``.ci/run``, for a person to decide on before a release.
"""

import json
import subprocess
import sys
from typing import Any

PATIENCE_S = 300
UNREACHED = "the list of known vulnerabilities could not be reached"


def audit(program: str, file: str) -> str:
    """Run pip-audit on a file of exact versions; returns what it found, in a few lines."""
    options = ["--disable-pip", "--no-deps", "--progress-spinner=off", "--format=json"]
    try:
        done = subprocess.run(
            [program, *options, "-r", file], capture_output=True, text=True, timeout=PATIENCE_S
        )
        return describe(json.loads(done.stdout))
    except (OSError, subprocess.TimeoutExpired, json.JSONDecodeError):
        return f"Nothing was audited: {UNREACHED}."


def describe(report: dict[str, Any]) -> str:
    """Say what a report of pip-audit holds.

    A version that it could not look up counts as not audited: pip-audit itself then says that
    there are no known vulnerabilities.
    """
    found = report["dependencies"]
    audited = [one for one in found if "vulns" in one]
    if not audited:
        return f"Nothing was audited of {len(found)} versions: {UNREACHED}."
    bad = [one for one in audited if one["vulns"]]
    lines = [
        f"{len(audited)} of {len(found)} pinned versions were audited; {len(bad)} of them "
        f"have known vulnerabilities."
    ]
    for one in bad:
        named = ", ".join(_name(fault) for fault in one["vulns"])
        lines.append(f"  {one['name']} {one['version']}: {named}")
    return "\n".join(lines)


def _name(fault: dict[str, Any]) -> str:
    fixed = ", ".join(fault.get("fix_versions", [])) or "no version yet"
    return f"{fault['id']} (mended in {fixed})"


if __name__ == "__main__":
    print(audit(*sys.argv[1:3]))
