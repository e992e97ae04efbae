"""Subnets in a chain, as `plain` declares them, under mocks: `python recorded.py plain|recorded SUBNETS`."""

import sys

import pulumi
from nat_egress.testing import record
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks, set_mocks
from pulumi_azure_native import network

SUBNETS = int(sys.argv[2])


class Plain(Mocks):
    """The least that Pulumi's own mocks need."""

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[object, object]]:
        """Return a made-up id, and what was asked for."""
        return f"{args.name}-id", args.inputs

    def call(self, args: MockCallArgs) -> tuple[dict[object, object], list[tuple[str, str]] | None]:
        """Find nothing."""
        return args.args, None


def program() -> None:
    """Declare a network and its subnets."""
    vnet = network.VirtualNetwork(
        "network", resource_group_name="rg", address_space={"address_prefixes": ["10.0.0.0/8"]}
    )
    previous: list[pulumi.Input[pulumi.Resource]] = []
    for index in range(SUBNETS):
        subnet = network.Subnet(
            f"network-s{index}",
            resource_group_name="rg",
            virtual_network_name=vnet.name,
            subnet_name=f"s{index}",
            address_prefix=f"10.{index // 256}.{index % 256}.0/24",
            default_outbound_access=False,
            opts=pulumi.ResourceOptions(depends_on=previous),
        )
        previous = [subnet]


if sys.argv[1] == "recorded":
    record(program)
else:
    set_mocks(Plain(), preview=False)
    pulumi.runtime.test(program)()  # type: ignore[no-untyped-call]
