"""Azure resource ids."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ResourceId:
    """The parts of `/subscriptions/S/resourceGroups/G/providers/N/T/NAME`."""

    subscription: str
    resource_group: str
    type: str
    """Namespace and type, as in `Microsoft.Network/publicIPPrefixes`."""
    name: str

    @property
    def folded(self) -> tuple[str, ...]:
        """The parts as Azure compares them: without case."""
        return tuple(part.lower() for part in (self.subscription, self.resource_group, self.type, self.name))


def parse(text: str) -> ResourceId:
    """Read the id of a top-level resource. Raises ValueError, whose message completes "it …"."""
    match text.strip("/").split("/"):
        case [subscriptions, subscription, groups, group, providers, namespace, kind, name] if (
            text.startswith("/")
            and (subscriptions.lower(), groups.lower(), providers.lower())
            == ("subscriptions", "resourcegroups", "providers")
            and all((subscription, group, namespace, kind, name))
        ):
            return ResourceId(subscription, group, f"{namespace}/{kind}", name)
        case _:
            raise ValueError("is not an id such as /subscriptions/…/resourceGroups/…/providers/Microsoft.Network/…/…")


SUBNET_FORM = "/subscriptions/…/resourceGroups/…/providers/Microsoft.Network/virtualNetworks/…/subnets/…"


@dataclass(frozen=True)
class SubnetId:
    """The id of a subnet, taken apart."""

    network: ResourceId
    """The virtual network that it is in."""
    name: str


def parse_subnet(text: str) -> SubnetId | None:
    """Read the id of a subnet; None where `text` is none."""
    head, _, name = text.rstrip("/").rpartition("/")
    network, _, collection = head.rpartition("/")
    try:
        found = parse(network)
    except ValueError:
        return None
    if collection.lower() != "subnets" or found.type.lower() != "microsoft.network/virtualnetworks":
        return None
    return SubnetId(found, name)
