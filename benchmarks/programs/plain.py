"""The peer: the same resources as the component makes, written as one writes a Pulumi program, without the cures."""

import pulumi
from pulumi_azure_native import network, resources

count = pulumi.Config().require_int("count")
group = resources.ResourceGroup("main")
prefix = network.PublicIPPrefix(
    "egress-main",
    resource_group_name=group.name,
    prefix_length=31,
    sku={"name": "Standard"},
)
gateway = network.NatGateway(
    "egress",
    resource_group_name=group.name,
    sku={"name": "Standard"},
    idle_timeout_in_minutes=4,
    public_ip_prefixes=[{"id": prefix.id}],
)
vnet = network.VirtualNetwork(
    "network",
    resource_group_name=group.name,
    address_space={"address_prefixes": ["10.0.0.0/8"]},
)
previous: list[pulumi.Input[pulumi.Resource]] = []
for index in range(count):
    subnet = network.Subnet(
        f"network-s{index}",
        resource_group_name=group.name,
        virtual_network_name=vnet.name,
        subnet_name=f"s{index}",
        address_prefix=f"10.{index // 256}.{index % 256}.0/24",
        default_outbound_access=False,
        nat_gateway={"id": gateway.id},
        opts=pulumi.ResourceOptions(depends_on=previous),
    )
    previous = [subnet]
pulumi.export("gateway", gateway.id)
