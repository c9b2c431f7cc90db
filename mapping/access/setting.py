"""The one setting that switches access on, COMMON_GROUND_ACCESS, and what it says.

======================================  =====================================================
nothing                                 off: everybody may do everything
sign-in                                 the organisation's own provider (OpenID Connect)
header NAME from ADDRESS[, ADDRESS]     the proxy says who it is, if it connects from there
passphrase HASH [HASH]                  one for a hall; the second makes whoever gives it host
======================================  =====================================================

``python -m mapping.access`` makes a hash of a passphrase.
"""

import ipaddress
import re
from dataclasses import dataclass
from enum import Enum

from mapping.access import passphrase
from mapping.errors import MappingError

__all__ = ["OFF", "VARIABLE", "Setting", "Way", "read"]

VARIABLE = "COMMON_GROUND_ACCESS"
HEADER = re.compile(r"header\s+([A-Za-z0-9-]{1,60})\s+from\s+(\S.*)", re.IGNORECASE)
ADVICE = f"Correct {VARIABLE} (docs/access.md says how), and start the app again."


class Way(Enum):
    """How people are known."""

    OFF = "off"
    SIGN_IN = "sign-in"
    HEADER = "header"
    PASSPHRASE = "passphrase"


@dataclass(frozen=True)
class Setting:
    """How people are known, and what that way needs.

    Attributes
    ----------
    way : how
    header : the header in which a proxy says who it is, in small letters
    addresses : from where the proxy connects
    hashes : those of the hall's passphrase and, if there is one, of the host's
    """

    way: Way = Way.OFF
    header: str = ""
    addresses: frozenset[ipaddress.IPv4Address | ipaddress.IPv6Address] = frozenset()
    hashes: tuple[str, ...] = ()

    @property
    def is_on(self) -> bool:
        """Tell whether people have to be known."""
        return self.way is not Way.OFF

    def comes_from_proxy(self, address: str) -> bool:
        """Tell whether a connection comes from one of the addresses named.

        >>> read("header X-User from 10.0.0.5").comes_from_proxy("10.0.0.6")
        False
        """
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        mapped = getattr(found, "ipv4_mapped", None)
        return (mapped or found) in self.addresses


OFF = Setting()


def read(text: str) -> Setting:
    """Read what COMMON_GROUND_ACCESS says; raises MappingError for what is none of the ways.

    >>> read("").is_on, read("sign-in").way.value
    (False, 'sign-in')
    """
    asked = text.strip()
    kind = asked.split(maxsplit=1)[0].lower() if asked else ""
    if not kind or asked.lower() == Way.OFF.value:
        return OFF
    if asked.lower() == Way.SIGN_IN.value:
        return Setting(Way.SIGN_IN)
    if kind == Way.HEADER.value and (found := HEADER.fullmatch(asked)):
        return Setting(Way.HEADER, header=found[1].lower(), addresses=_read_addresses(found[2]))
    if kind == Way.PASSPHRASE.value:
        return Setting(Way.PASSPHRASE, hashes=_read_hashes(asked.split()[1:]))
    raise MappingError(
        f"Expected {VARIABLE} to be off, “sign-in”, “header NAME from ADDRESS” or “passphrase "
        f"HASH”; found something that begins with “{kind[:20]}”. {ADVICE}"
    )


def _read_addresses(
    text: str,
) -> frozenset[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    parts = [part for part in re.split(r"[,\s]+", text) if part]
    try:
        return frozenset(ipaddress.ip_address(part) for part in parts)
    except ValueError:
        raise MappingError(
            f"Expected addresses like 10.0.0.5 after “from” in {VARIABLE}; found something else. "
            f"Name each machine that may say who somebody is, no network and no name. {ADVICE}"
        ) from None


def _read_hashes(given: list[str]) -> tuple[str, ...]:
    if len(given) not in (1, 2) or not all(map(passphrase.is_hash, given)):
        raise MappingError(
            f"Expected one or two hashes after “passphrase” in {VARIABLE}, as “python -m "
            f"mapping.access” prints them; found something else. {ADVICE}"
        )
    return tuple(given)
