"""The parts of a load balancer, and what refers to which."""

from __future__ import annotations

from collections.abc import Iterator

from ..schema import Body, ReadOnly, Shape
from ..world import Resource, World
from . import names


def element(**properties: Shape) -> dict[str, Shape]:
    """Return the shape of a part."""
    return {
        "id": ReadOnly(),
        "etag": ReadOnly(),
        "type": ReadOnly(),
        "name": str,
        "properties": {**properties, "provisioningState": ReadOnly()},
    }


def referred(rule: Body, name: str) -> list[str]:
    """Return the ids, in lower case, that a rule refers to by `name`, of one or of several."""
    properties = rule["properties"]
    one = [properties[name]] if name in properties else []
    return list(dict.fromkeys(item["id"].lower() for item in [*one, *properties.get(f"{name}s", ())]))


def all_rules(balancer: Resource, world: World) -> Iterator[Body]:
    """Yield every rule of a load balancer, those apart that only scale sets use."""
    for collection in ("loadBalancingRules", "outboundRules"):
        yield from balancer.properties[collection]
    for child in world.children(balancer.id, names.INBOUND_NAT_RULE):
        yield {**child.body, "id": str(child.id), "name": child.id.name}


def leads_to(balancer: Resource, name: str, id_: str, world: World) -> Body:
    """Return the references back from a part, or a pool, to the rules that refer to it by `name`."""
    found: Body = {}
    for rule in all_rules(balancer, world):
        if id_.lower() in referred(rule, name):
            found.setdefault(rule["id"].split("/")[-2], []).append({"id": rule["id"]})
    return found


def is_internal(balancer: Resource) -> bool:
    """Tell whether a load balancer serves a virtual network, and not the internet."""
    return any("subnet" in item["properties"] for item in balancer.properties["frontendIPConfigurations"])
