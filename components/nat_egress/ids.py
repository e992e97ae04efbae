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
