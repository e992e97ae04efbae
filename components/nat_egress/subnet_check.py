"""Checks, once it is known, that the subnet of machines with public addresses has a NAT gateway."""

from __future__ import annotations

import pulumi
from pulumi import Input, InvokeOptions, Output, Resource
from pulumi_azure_native import network as azure

from . import ids
from .component import subject_of
from .errors import InvalidArguments, refuse
from .id_rules import subnet_id_problems
from .problems import Problem


def subnet_problems(subnet_id: str, *, has_gateway: bool) -> list[Problem]:
    """Check that machines of a subnet leave through a NAT gateway, not by the public addresses of an exception."""
    if has_gateway:
        return []
    return [
        Problem(
            "subnet_id",
            subnet_id,
            "it has no NAT gateway, so the public addresses of inbound would serve outbound connections too",
            "Attach the subnet to a NAT gateway, or remove inbound.",
        )
    ]


def subnet_behind_gateway(component: Resource, subnet_id: Input[str]) -> Output[str]:
    """Return the id of a subnet once it is known that it has a NAT gateway.

    A preview sees the subnet as it is before the update, which may be the one that attaches it: there it is a warning.
    """

    def check(text: str, result: azure.GetSubnetResult) -> str:
        problems = subnet_problems(text, has_gateway=result.nat_gateway is not None)
        if not pulumi.runtime.is_dry_run():
            refuse(subject_of(component), problems)
        for problem in problems:
            pulumi.log.warn(f"As of now, {problem}", component)
        return text

    def read(text: str) -> Output[str]:
        parsed = ids.parse_subnet(text)
        if parsed is None:
            raise InvalidArguments(subject_of(component), subnet_id_problems(text))
        return azure.get_subnet_output(
            subnet_name=parsed.name,
            virtual_network_name=parsed.network.name,
            resource_group_name=parsed.network.resource_group,
            opts=InvokeOptions(parent=component),
        ).apply(lambda result: check(text, result))

    return Output.from_input(subnet_id).apply(read)
