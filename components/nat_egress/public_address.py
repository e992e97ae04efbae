"""A public address for inbound connections alone: that of a Bastion host, or of a machine's exception."""

from __future__ import annotations

from collections.abc import Mapping

from pulumi import Input, Resource, ResourceOptions
from pulumi_azure_native import network as azure

from . import limits


def create_public_address(
    component: Resource,
    name: str,
    group: Input[str],
    location: Input[str] | None,
    *,
    zonal: bool,
    tags: Mapping[str, Input[str]],
) -> azure.PublicIPAddress:
    """Make a static address, zone-redundant where its user has a zone.

    Its name is generated, and its successor comes first: what uses it holds the old one until then.
    """
    return azure.PublicIPAddress(
        name,
        resource_group_name=group,
        location=location,
        public_ip_address_version="IPv4",
        public_ip_allocation_method="Static",
        sku=azure.PublicIPAddressSkuArgs(name="Standard"),
        zones=list(limits.ZONES) if zonal else None,
        tags=dict(tags) or None,
        opts=ResourceOptions(
            parent=component, delete_before_replace=False, replace_on_changes=["sku", "zones", "location"]
        ),
    )
