from pulumi import ResourceOptions
from pulumi_azure_native import network as net
from pulumi_azure_native import resources


class Agents:
    def __init__(self, space, idle_minutes):
        self.group = resources.ResourceGroup("agents")
        self.addresses = [
            net.PublicIPAddress(
                "out",
                resource_group_name=self.group.name,
                sku=net.PublicIPAddressSkuArgs(name="Standard"),
                public_ip_allocation_method="Static",
            )
        ]
        self.gateway = net.NatGateway(
            "gateway",
            resource_group_name=self.group.name,
            sku=net.NatGatewaySkuArgs(name="Standard"),
            idle_timeout_in_minutes=idle_minutes,
            public_ip_addresses=[net.SubResourceArgs(id=address.id) for address in self.addresses],
        )
        self.network = net.VirtualNetwork(
            "agents",
            resource_group_name=self.group.name,
            address_space=net.AddressSpaceArgs(address_prefixes=[space]),
        )
        self.pools = {}

    def add_pool(self, name, cidr):
        self.pools[name] = net.Subnet(
            name,
            resource_group_name=self.group.name,
            virtual_network_name=self.network.name,
            subnet_name=name,
            address_prefix=cidr,
            default_outbound_access=False,
            nat_gateway=net.SubResourceArgs(id=self.gateway.id),
            opts=ResourceOptions(depends_on=[*self.pools.values()]),
        )
        net.NetworkInterface(
            f"{name}-agent",
            resource_group_name=self.group.name,
            ip_configurations=[
                net.NetworkInterfaceIPConfigurationArgs(name="ip", subnet=net.SubnetArgs(id=self.pools[name].id))
            ],
        )
