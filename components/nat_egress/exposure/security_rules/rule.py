"""A security rule, of a network security group or of Network Manager, as it is declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class SecurityRule:
    """A rule. What stands in a field and is neither text nor a number is not known yet."""

    urn: str
    """The resource that declares it: the rule's own, or the security group's."""
    name: str
    access: object
    """Allow, Deny, or AlwaysAllow, which Network Manager has."""
    direction: object
    priority: object
    protocol: object = "*"
    sources: tuple[object, ...] = ("*",)
    """Prefixes, ranges and service tags."""
    source_groups: tuple[object, ...] = ()
    """Ids of application security groups."""
    source_ports: tuple[object, ...] = ("*",)
    destinations: tuple[object, ...] = ("*",)
    destination_groups: tuple[object, ...] = ()
    destination_ports: tuple[object, ...] = ("*",)


def read_rule(urn: str, name: str, properties: Mapping[str, Any]) -> SecurityRule:
    """Read a rule as azure-native declares it: of a security group, inline or by itself, or of Network Manager.

    Nothing is too wrong to be read. A part that is missing, without which Azure takes no rule, is as good as unknown.
    """
    read = properties.get
    source_groups = tuple(_ids(read("sourceApplicationSecurityGroups")))
    destination_groups = tuple(_ids(read("destinationApplicationSecurityGroups")))
    sources = (
        *_items(read("sourceAddressPrefix")),
        *_items(read("sourceAddressPrefixes")),
        *_prefixes(read("sources")),
    )
    destinations = (
        *_items(read("destinationAddressPrefix")),
        *_items(read("destinationAddressPrefixes")),
        *_prefixes(read("destinations")),
    )
    # Ports and places that Network Manager's rules leave out are all of them (azure-rest-api-specs, networkManager.json
    # 2024-05-01, where they are optional); the rules of a security group must name them.
    left_out = "*" if "ruleCollectionName" in properties else None
    return SecurityRule(
        urn,
        name,
        read("access"),
        read("direction"),
        read("priority"),
        read("protocol"),
        sources or (() if source_groups else (left_out,)),
        source_groups,
        (*_items(read("sourcePortRange")), *_items(read("sourcePortRanges"))) or ("*",),
        destinations or (() if destination_groups else (left_out,)),
        destination_groups,
        (*_items(read("destinationPortRange")), *_items(read("destinationPortRanges"))) or (left_out,),
    )


def _items(value: object) -> Iterator[object]:
    """Return what is in a list, or the one value that stands in its place."""
    if isinstance(value, list | tuple):
        yield from value
    elif value is not None and value != "":
        yield value


def _prefixes(value: object) -> Iterator[object]:
    for item in _items(value):
        yield item.get("addressPrefix") if isinstance(item, Mapping) else item


def _ids(value: object) -> Iterator[object]:
    for item in _items(value):
        yield item.get("id") if isinstance(item, Mapping) else item
