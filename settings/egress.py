"""The gateway and its addresses in the stack file."""

from __future__ import annotations

from .model import Model, ResourceGroup, Text


class Address(Model):
    """A single public IP address: created, or adopted by id."""

    id: str | None = None
    name: str | None = None
    resource_group_name: str | None = None
    zones: list[Text] | None = None
    attached: bool | None = None
    """False keeps it and takes it off the gateway."""
    protect: bool | None = None
    """Whether it is protected and retained, where that is not as `protect_addresses` says."""


class Prefix(Address):
    """A public IP prefix: created with a length, or adopted by id."""

    length: int | None = None
    """28 to 31: 16, 8, 4 or 2 addresses. With an id, the length that the prefix has."""


class Sizing(Model):
    """How prefixes follow from the traffic profile, beside those that are given."""

    name: str | None = None
    first_prefix_length: int | None = None
    zones: list[Text] | None = None
    min_addresses: int | None = None
    release: bool | None = None


class Egress(Model):
    """The NAT gateway and its public addresses. What is left out has the component's default."""

    sku: str | None = None
    zone: Text | None = None
    """The zone of the gateway; without it Azure picks one."""
    idle_timeout_minutes: int | None = None
    prefixes: dict[str, Prefix] | None = None
    addresses: dict[str, Address] | None = None
    address_resource_group: ResourceGroup | None = None
    """A group of the addresses' own, so that they outlive the other one."""
    protect_addresses: bool = False
    gateway_name: str | None = None
    generation: int | None = None
    sizing: Sizing | None = None
    undersized: str | None = None
    """What happens where the addresses are too few for the traffic profile: refuse, or warn."""
