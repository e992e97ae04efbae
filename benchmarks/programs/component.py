"""A network with as many subnets as asked for, behind a gateway, by the components."""

import asyncio
import gc

import pulumi
from nat_egress import NatEgress, PrivateNetwork
from pulumi_azure_native import resources

count = pulumi.Config().require_int("count")


async def main() -> dict[str, object]:
    """Declare the stack; the engine awaits it."""
    group = resources.ResourceGroup("main")
    egress = NatEgress("egress", {"resource_group_name": group.name, "prefixes": {"main": {"length": 31}}})
    PrivateNetwork(
        "network",
        {
            "resource_group_name": group.name,
            "address_space": ["10.0.0.0/8"],
            "gateway_id": egress.gateway_id,
            "subnets": {
                f"s{index}": {"address_prefix": f"10.{index // 256}.{index % 256}.0/24"} for index in range(count)
            },
        },
    )
    await asyncio.sleep(0)
    return {"gateway": egress.gateway_id}


gc.freeze()
pulumi.run(main)
