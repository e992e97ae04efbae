"""As many machines as asked for, by the components."""

import asyncio
import gc

import pulumi
from nat_egress import NatEgress, PrivateMachine, PrivateNetwork
from pulumi_azure_native import resources

count = pulumi.Config().require_int("count")
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f bench"


async def main() -> dict[str, object]:
    """Declare the stack; the engine awaits it."""
    group = resources.ResourceGroup("main")
    egress = NatEgress("egress", {"resource_group_name": group.name, "prefixes": {"main": {"length": 31}}})
    network = PrivateNetwork(
        "network",
        {
            "resource_group_name": group.name,
            "address_space": ["10.0.0.0/16"],
            "gateway_id": egress.gateway_id,
            "subnets": {"web": {"address_prefix": "10.0.0.0/22"}},
        },
    )
    if count:
        PrivateMachine(
            "web",
            {
                "resource_group_name": group.name,
                "subnet_id": network.subnet_id("web"),
                "size": "Standard_D2s_v5",
                "ssh_public_keys": [KEY],
                "count": count,
                "zones": ["1", "2", "3"],
            },
        )
    await asyncio.sleep(0)
    return {"gateway": egress.gateway_id}


gc.freeze()
pulumi.run(main)
