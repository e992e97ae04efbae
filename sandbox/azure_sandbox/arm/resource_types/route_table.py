"""Route tables. Their routes are children of their own, however they were written."""

from __future__ import annotations

from ..errors import Refusal
from ..schema import Body, Inline, ReadOnly
from ..world import Resource, World
from . import names
from .base import ResourceType


def _back_references(table: Resource, world: World) -> Body:
    subnets = sorted(referrer.id for referrer in world.referrers(table.id, names.SUBNET))
    return {"subnets": [{"id": id_} for id_ in subnets]} if subnets else {}


def _not_in_use(table: Resource, world: World) -> None:
    if world.referrers(table.id):
        raise Refusal("InUseRouteTableCannotBeDeleted", f"Route table {table.id.name} is in use and cannot be deleted.")


ROUTE_TABLE = ResourceType(
    name=names.ROUTE_TABLE,
    schema={
        "properties": {
            "disableBgpRoutePropagation": bool,
            "routes": Inline(names.ROUTE),
            "subnets": ReadOnly(),
        }
    },
    defaults={"properties": {"disableBgpRoutePropagation": False}},
    back_references=_back_references,
    deletion_rules=(_not_in_use,),
)
