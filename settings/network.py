"""The virtual network and its subnets in the stack file."""

from __future__ import annotations

from .model import Model


class Route(Model):
    """One route of a subnet's own."""

    address_prefix: str
    next_hop_type: str
    next_hop_ip_address: str | None = None


class Subnet(Model):
    """One subnet. What is left out has the component's default."""

    address_prefix: str
    egress: bool | None = None
    """False leaves the subnet without the gateway."""
    nat_only: bool | None = None
    """Refuse routes that would lead around the gateway."""
    default_outbound_access: bool | None = None
    hosts: int | None = None
    service_endpoints: list[str] | None = None
    delegations: list[str] | None = None
    network_security_group_id: str | None = None
    route_table_id: str | None = None
    routes: dict[str, Route] | None = None
    private_endpoint_network_policies: str | None = None


class Network(Model):
    """The virtual network: created with an address space, or adopted by id."""

    address_space: list[str] | None = None
    virtual_network_id: str | None = None
    name: str | None = None
    dns_servers: list[str] | None = None
    subnets: dict[str, Subnet]
