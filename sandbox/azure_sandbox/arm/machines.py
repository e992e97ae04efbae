"""What the machines of a subscription are connected to, read for the verdict of `ways_out`."""

from __future__ import annotations

from collections.abc import Iterator

from .balancers import into, out_through
from .resource_types import names
from .resource_types.machine_interfaces import attached
from .schema import Body
from .ways_out import NatGateway, Route, WayOut, ways
from .world import Resource, World


def ways_out_of(world: World, subscription: str | None) -> Iterator[WayOut]:
    """Yield the way out of each interface of each machine, in the order of their ids, the primary interface first."""
    for machine in sorted(world.of_type(names.VIRTUAL_MACHINE, subscription), key=lambda machine: machine.id.key):
        interfaces = [one for reference in attached(machine.body) if (one := world.follow(reference))]
        addressed = any(_has_standard_address(one, world) for one in interfaces)
        for position, interface in enumerate(interfaces):
            yield _way_out(machine, interface, world, primary=position == 0, addressed=addressed)


def _way_out(machine: Resource, interface: Resource, world: World, *, primary: bool, addressed: bool) -> WayOut:
    configurations = interface.properties["ipConfigurations"]
    own = next(item for item in configurations if item["properties"]["primary"])
    subnet = world.follow(own["properties"]["subnet"])
    instance = _public_address(own["properties"], world)
    whole, parts = ways(
        _routes(subnet, world),
        _gateway(subnet, world),
        instance,
        out_through(own, world),
        default_access=not addressed
        and subnet is not None
        and subnet.properties.get("defaultOutboundAccess") is not False,
    )
    public = [_public_address(item["properties"], world) for item in configurations]
    return WayOut(
        machine=str(machine.id),
        zone="".join(machine.body.get("zones", ())),
        interface=str(interface.id),
        primary=primary,
        private_address=own["properties"]["privateIPAddress"],
        subnet=str(subnet.id) if subnet else "",
        exit=whole,
        parts=parts,
        inbound=(*(address for address in public if address), *into(configurations, world)),
    )


def _has_standard_address(interface: Resource, world: World) -> bool:
    """Tell whether an interface has a Standard public address, which closes default outbound access to its machine.

    To all of it: virtual-network/ip-services/default-outbound-access, 2023, says so of a machine with several
    interfaces.
    """
    held = [
        world.follow(item["properties"].get("publicIPAddress")) for item in interface.properties["ipConfigurations"]
    ]
    return any(address.body["sku"]["name"] != "Basic" for address in held if address)


def _public_address(configuration: Body, world: World) -> str | None:
    address = world.follow(configuration.get("publicIPAddress"))
    found: str | None = address.properties.get("ipAddress") if address else None
    return found


def _routes(subnet: Resource | None, world: World) -> list[Route]:
    table = world.follow(subnet.properties.get("routeTable")) if subnet else None
    if table is None:
        return []
    return [
        Route(
            route.properties["addressPrefix"],
            route.properties["nextHopType"],
            route.properties.get("nextHopIpAddress", ""),
        )
        for route in world.children(table.id, names.ROUTE)
    ]


def _gateway(subnet: Resource | None, world: World) -> NatGateway | None:
    gateway = world.follow(subnet.properties.get("natGateway")) if subnet else None
    if gateway is None:
        return None
    lists = (("publicIpAddresses", "ipAddress"), ("publicIpPrefixes", "ipPrefix"))
    held = [
        resource.properties[name]
        for listed, name in lists
        for reference in gateway.properties.get(listed, ())
        if (resource := world.follow(reference))
    ]
    return NatGateway(str(gateway.id), tuple(held))
