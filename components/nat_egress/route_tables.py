"""Route tables of subnets: made, or adopted and checked."""

from __future__ import annotations

import pulumi
from pulumi import InvokeOptions, Output, Resource, ResourceOptions
from pulumi_azure_native import network as azure

from .component import parsed_id, subject_of
from .errors import refuse
from .network_rules import NetworkSpec, bypass_problems
from .routes import Route
from .subnets import SubnetSpec


def create_route_table(component: Resource, name: str, spec: NetworkSpec, subnet: SubnetSpec) -> Output[str]:
    """Make the route table of a subnet that has `routes`, and return its id."""
    table = azure.RouteTable(
        name,
        resource_group_name=spec.resource_group_name,
        location=spec.location,
        routes=[
            azure.RouteArgs(
                name=route.name,
                address_prefix=route.address_prefix,
                next_hop_type=route.next_hop_type,
                next_hop_ip_address=route.next_hop_ip_address,
            )
            for route in subnet.routes
        ],
        tags=spec.tags or None,
        opts=ResourceOptions(parent=component),
    )
    return table.id


def adopted_routes(component: Resource, subnet: SubnetSpec) -> Output[tuple[Route, ...]]:
    """Return the routes of the route table that a subnet adopts, as soon as its id is known."""

    def read(text: str) -> Output[tuple[Route, ...]]:
        parts = parsed_id(component, _argument(subnet), text, "routeTables")
        return azure.get_route_table_output(
            route_table_name=parts.name,
            resource_group_name=parts.resource_group,
            opts=InvokeOptions(parent=component),
        ).apply(_routes)

    return Output.from_input(subnet.route_table_id or "").apply(read)


def verified_route_table(component: Resource, subnet: SubnetSpec, routes: Output[tuple[Route, ...]]) -> Output[str]:
    """Return the id of an adopted route table, once its `routes` have been looked at.

    Routes that lead around the NAT gateway are warned of, or refused where the subnet is to be NAT-only.
    """
    given = Output.from_input(subnet.route_table_id or "")

    def check(text: str, routes: tuple[Route, ...]) -> str:
        problems = bypass_problems(_argument(subnet), routes)
        if subnet.nat_only:
            refuse(subject_of(component), problems)
        for problem in problems:
            pulumi.log.warn(str(problem), component)
        return text

    if subnet.nat_only:
        _say_if_unknown(component, _argument(subnet), given)
    return Output.all(given, routes).apply(lambda both: check(*both))


def _argument(subnet: SubnetSpec) -> str:
    return f"{subnet.argument}.route_table_id"


def _routes(table: azure.GetRouteTableResult) -> tuple[Route, ...]:
    return tuple(
        Route(route.name or "", route.address_prefix or "", route.next_hop_type, route.next_hop_ip_address)
        for route in table.routes or ()
    )


def _say_if_unknown(component: Resource, argument: str, given: Output[str]) -> Output[bool]:
    async def say() -> bool:
        known = await given.is_known()
        if not known:
            message = f"{argument} is not known yet, so its routes can be checked in the update only (nat_only)."
            pulumi.log.warn(message, component)
        return known

    return Output.from_input(say())
