"""Resource groups."""

from __future__ import annotations

from ..errors import Refusal
from ..ids import RESOURCE_GROUPS
from ..regions import ALL
from ..rules import Put, available_in
from ..world import World
from .base import ResourceType


def _same_group_location(put: Put, _world: World) -> None:
    if put.old and put.old.location != put.location:
        raise Refusal(
            "InvalidResourceGroupLocation",
            f"Invalid resource group location '{put.location}'. The Resource group already exists in location "
            f"'{put.old.location}'.",
        )


RESOURCE_GROUP = ResourceType(
    name=RESOURCE_GROUPS,
    schema={"managedBy": str, "properties": {}},
    rules=(available_in(ALL), _same_group_location),
)
