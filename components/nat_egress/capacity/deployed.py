"""The NAT gateways in a stack's state: what each has attached, and what is behind it.

A resource's outputs are what Azure answered when it was last written or refreshed, and come before its inputs. What is
secret, and what the state does not tell, is never guessed at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from .. import limits
from ..graph import kinds
from ..state.model import ResourceState
from .azure_state import Azure, folded, id_of, ids_of, mappings, number, text, texts

COMPONENT: Final = "nat-egress:index:NatEgress"
PROFILE: Final = "capacityProfile"
"""The input of the component that carries its traffic profile."""
_ADDRESS: Final = 32

Kind = Literal["prefix", "address"]
ToldBy = Literal["resource", "component", "id"]
"""A resource in the state; a component that declares it; the id alone, where it is that of a single address."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A public IP prefix or address of a gateway."""

    kind: Kind
    id: str | None
    """None where it is secret."""
    length: int | None
    """Of a prefix; 32 for an address. None where the state does not tell."""
    told_by: ToldBy | None
    """What tells the length."""

    @property
    def addresses(self) -> int | None:
        """Count the addresses; None where the state does not tell."""
        return None if self.length is None else 1 << (_ADDRESS - self.length)


@dataclass(frozen=True, slots=True)
class Gateway:
    """A NAT gateway as the state has it. None where the state does not tell."""

    urn: str
    id: str
    sku: str | None
    zone: str | None
    idle_timeout_minutes: int | None
    attached: tuple[Attached, ...]
    subnets: tuple[str, ...]
    """Ids of the stack's subnets behind it."""
    listed_subnets: tuple[str, ...]
    """Ids of others that Azure listed when the gateway or network was last written or refreshed; they may be gone."""
    machines: int
    """Virtual machines in the state that have an interface in one of these subnets."""
    component: str | None
    """Name of the `NatEgress` that made it."""
    profile: object | None
    """The traffic profile that the component carries, as `capacity.profile_of` takes it."""

    @property
    def name(self) -> str:
        """Return its name in Azure."""
        return self.id.rpartition("/")[2]

    @property
    def logical_name(self) -> str:
        """Return its name in the program."""
        return self.urn.rpartition("::")[2]

    @property
    def addresses(self) -> int:
        """Count the addresses that the state tells of."""
        return sum(one.addresses or 0 for one in self.attached)

    @property
    def unknown(self) -> tuple[Attached, ...]:
        """Return what is attached, and how large it is the state does not tell."""
        return tuple(one for one in self.attached if one.length is None)


@dataclass(frozen=True, slots=True)
class _Subnet:
    id: str
    gateway: str
    """Id of its NAT gateway, folded; empty without one."""
    managed: bool
    """Whether the stack keeps it: as a resource of its own, or among the inputs of its network."""


def deployed(resources: Sequence[ResourceState]) -> list[Gateway]:
    """Return the NAT gateways of a stack, in the order of its state."""
    there = [one for one in resources if not one.delete and not one.pending_replacement]
    azure = Azure(there)
    components = {one.urn: one for one in there if one.type == COMPONENT}
    lengths = {**_declared(components.values()), **_created(azure)}
    subnets = _subnets(azure)
    return [_gateway(one, azure, components.get(one.parent), lengths, subnets) for one in azure.of(kinds.NAT_GATEWAY)]


def _gateway(
    resource: ResourceState,
    azure: Azure,
    component: ResourceState | None,
    lengths: Mapping[str, tuple[int, ToldBy]],
    subnets: Mapping[str, _Subnet],
) -> Gateway:
    found = azure.properties(resource)
    sku = found.get("sku")
    name = text(sku.get("name")) if isinstance(sku, dict) else None
    zones = texts(found.get("zones"))
    behind = [subnet for subnet in subnets.values() if subnet.gateway == folded(resource.id)]
    own = [subnet.id for subnet in behind if subnet.managed]
    listed = [subnet.id for subnet in behind if not subnet.managed]
    listed += [id_ for id_ in ids_of(found.get("subnets")) if id_ and folded(id_) not in subnets]
    return Gateway(
        urn=resource.urn,
        id=resource.id,
        sku=name if name in limits.SKUS else None,
        zone=zones[0] if zones else None,
        idle_timeout_minutes=number(found.get("idleTimeoutInMinutes")),
        attached=(
            *(_attached("prefix", id_, lengths) for id_ in ids_of(found.get("publicIpPrefixes"))),
            *(_attached("address", id_, lengths) for id_ in ids_of(found.get("publicIpAddresses"))),
        ),
        subnets=tuple(own),
        listed_subnets=tuple(listed),
        machines=_machines(azure, {folded(id_) for id_ in (*own, *listed)}),
        component=component.urn.rpartition("::")[2] if component else None,
        profile=component.inputs.get(PROFILE) if component else None,
    )


def _attached(kind: Kind, id_: str | None, lengths: Mapping[str, tuple[int, ToldBy]]) -> Attached:
    found = lengths.get(folded(id_)) if id_ else None
    if found is None and id_ and kind == "address":
        found = (_ADDRESS, "id")
    return Attached(kind, id_, *(found or (None, None)))


def _created(azure: Azure) -> dict[str, tuple[int, ToldBy]]:
    """Return the lengths of the prefixes in the state, by their ids."""
    found = {one.id: number(azure.properties(one).get("prefixLength")) for one in azure.of(kinds.PUBLIC_PREFIX)}
    found |= {one.id: _ADDRESS for one in azure.of(kinds.PUBLIC_ADDRESS)}
    return {folded(id_): (length, "resource") for id_, length in found.items() if length and length <= _ADDRESS}


def _declared(components: Iterable[ResourceState]) -> dict[str, tuple[int, ToldBy]]:
    """Return the lengths that components declare for what they adopt, by ids: they hold them against Azure's."""
    found: dict[str, tuple[int, ToldBy]] = {}
    for one in components:
        entries = one.inputs.get("publicAddresses")
        for entry in entries.values() if isinstance(entries, dict) else ():
            id_, length = id_of(entry), number(entry.get("length")) if isinstance(entry, dict) else None
            if id_ and length:
                found[folded(id_)] = (length, "component")
    return found


def _subnets(azure: Azure) -> dict[str, _Subnet]:
    """Return the subnets in the state by their ids; a resource of its own comes before the network's list."""
    found: dict[str, _Subnet] = {}
    for network in azure.of(kinds.NETWORK):
        inline = {text(subnet.get("name")) for subnet in mappings(network.inputs.get("subnets"))}
        for subnet in mappings(azure.properties(network).get("subnets")):
            if id_ := id_of(subnet):
                managed = id_.rpartition("/")[2] in inline
                found[folded(id_)] = _Subnet(id_, folded(id_of(subnet.get("natGateway"))), managed)
    for one in azure.of(kinds.SUBNET):
        gateway = folded(id_of(azure.properties(one).get("natGateway")))
        found[folded(one.id)] = _Subnet(one.id, gateway, managed=True)
    return found


def _machines(azure: Azure, subnets: set[str]) -> int:
    interfaces = {
        folded(one.id)
        for one in azure.of(kinds.NETWORK_INTERFACE)
        for configuration in mappings(azure.properties(one).get("ipConfigurations"))
        if folded(id_of(configuration.get("subnet"))) in subnets
    }
    profiles = (azure.properties(one).get("networkProfile") for one in azure.of(kinds.MACHINE))
    return sum(
        any(folded(id_) in interfaces for id_ in ids_of(profile.get("networkInterfaces")))
        for profile in profiles
        if isinstance(profile, dict)
    )
