"""The values that options of the pack take: each is read, or refused with the rule that it breaks. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from ipaddress import ip_address, ip_network
from typing import Final

from ..days import LONGEST_EXCEPTION, day
from .exemptions import Exemption
from .fingerprint import name_of
from .security_rules.addresses import is_wide, read_places

VIRTUAL_NETWORK_GATEWAY: Final = "VirtualNetworkGateway"
EXEMPTION_KEYS: Final = ("resource", "reason", "owner", "expires")
_PORTS: Final = range(1, 65_536)


class Unusable(Exception):  # noqa: N818 - says what is wrong
    """A value that can't be used: the rule that it breaks, a clause, and what to do, a sentence."""

    def __init__(self, rule: str, remedy: str, key: str = "") -> None:
        super().__init__(rule)
        self.rule = rule
        self.remedy = remedy
        self.key = key
        """Which part of the value is meant, where it has parts."""


def text(value: object) -> str:
    """Read text."""
    if not isinstance(value, str) or not value.strip():
        raise Unusable("it must be text that is not empty", f"What stands there is of type {type(value).__name__}.")
    return value


def flag(value: object) -> bool:
    """Read a switch."""
    if not isinstance(value, bool):
        raise Unusable("it must be true or false", f"What stands there is of type {type(value).__name__}.")
    return value


def port(value: object) -> int:
    """Read a port, which a protocol may have made a float."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value not in _PORTS:
        raise Unusable(f"a port is a whole number from {_PORTS.start} to {_PORTS.stop - 1}", "Use one of these.")
    return int(value)


def source(value: object) -> str:
    """Read a source that may connect from the internet: an address, a prefix, a range or a service tag."""
    spelt = text(value).strip()
    places = read_places([spelt])
    if "," in spelt:
        raise Unusable("it holds several sources", "Make each an item of the list.")
    if places.doubtful:
        rule = "it is no address, prefix such as 203.0.113.0/24, range or service tag"
        raise Unusable(rule, "Write it as one of these.")
    if is_wide(places.addresses.sure):
        raise Unusable(
            "it is everyone, or too many to be meant by name",
            "Name who may connect; to accept everyone for one resource, have it exempted.",
        )
    if "/" in spelt and str(ip_network(spelt, strict=False)) != spelt.lower():
        raise Unusable("it has bits set behind its prefix", f"Did you mean {ip_network(spelt, strict=False)}?")
    return spelt


def next_hop(value: object) -> str:
    """Read where a route may lead: an address, or a virtual network gateway."""
    spelt = text(value).strip()
    if spelt.lower() == VIRTUAL_NETWORK_GATEWAY.lower():
        return VIRTUAL_NETWORK_GATEWAY
    try:
        return str(ip_address(spelt))
    except ValueError:
        rule = f"a next hop is an IP address, or {VIRTUAL_NETWORK_GATEWAY}"
        raise Unusable(rule, "Give the private address of the firewall.") from None


def subnet_name(value: object) -> str:
    """Read a pattern of names of subnets."""
    spelt = text(value)
    if not _says_something(spelt):
        raise Unusable(
            "it is every subnet", "Name some; to switch the policy off, set its enforcementLevel to disabled."
        )
    return spelt


def subnet_id(value: object) -> str:
    """Read a pattern of ids of subnets."""
    spelt = text(value)
    if "/subnets/" not in spelt.lower():
        rule = "it is no id of a subnet, nor a pattern of one"
        raise Unusable(rule, "Write it as /subscriptions/…/virtualNetworks/…/subnets/…, with * for parts.")
    return spelt


def exemption(policy: str, value: object, today: date) -> Exemption:
    """Read an exemption from `policy`. One that has ended is one still: what it was for is told so."""
    if not isinstance(value, Mapping):
        rule = f"it must be an object with the keys {', '.join(EXEMPTION_KEYS)}"
        raise Unusable(rule, f"What stands there is of type {type(value).__name__}.")
    for key in EXEMPTION_KEYS:
        if not isinstance(value.get(key), str) or not value[key].strip():
            raise Unusable("it must be text that is not empty", f"Write {_MEANINGS[key]}.", key)
    resource, reason, owner, expires = (value[key] for key in EXEMPTION_KEYS)
    if not _says_something(name_of(resource)):
        raise Unusable("it is every resource", "Name one, by its URN or its name; with * for parts.", "resource")
    last = day(expires)
    if last is None:
        raise Unusable("a date is written as in 2027-01-31", "Write the last day so, in UTC.", "expires")
    if last > today + LONGEST_EXCEPTION:
        latest = (today + LONGEST_EXCEPTION).isoformat()
        rule = f"an exemption lasts {LONGEST_EXCEPTION.days} days at most, from today until {latest}"
        raise Unusable(rule, "Choose an earlier day, and renew it then.", "expires")
    return Exemption(policy, resource, reason, owner, last)


_MEANINGS: Final = {
    "resource": "the resource's URN or name, or a pattern of one",
    "reason": "why, in a sentence for those who review it",
    "owner": "who answers for it",
    "expires": "the last day, as in 2027-01-31",
}


def _says_something(pattern: str) -> bool:
    return any(character.isalnum() for character in pattern)
