"""The peer: the same resources as the component makes, written as one writes a Pulumi program, without the cures."""

import pulumi
from pulumi_azure_native import compute, network, resources

count = pulumi.Config().require_int("count")
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f bench"


def machine(number: int, group: pulumi.Input[str], subnet: pulumi.Input[str]) -> compute.VirtualMachine:
    """Declare one machine and its network interface."""
    interface = network.NetworkInterface(
        f"web-{number}",
        resource_group_name=group,
        ip_configurations=[
            {
                "name": "primary",
                "primary": True,
                "subnet": {"id": subnet},
                "private_ip_allocation_method": "Dynamic",
                "private_ip_address_version": "IPv4",
            }
        ],
        enable_accelerated_networking=False,
    )
    return compute.VirtualMachine(
        f"web-{number}",
        resource_group_name=group,
        zones=[str((number - 1) % 3 + 1)],
        hardware_profile={"vm_size": "Standard_D2s_v5"},
        storage_profile={
            "image_reference": {
                "publisher": "Canonical",
                "offer": "ubuntu-24_04-lts",
                "sku": "server",
                "version": "latest",
            },
            "os_disk": {
                "create_option": "FromImage",
                "caching": compute.CachingTypes.READ_WRITE,
                "delete_option": "Delete",
                "managed_disk": {"storage_account_type": "StandardSSD_LRS"},
            },
        },
        os_profile={
            "computer_name": f"web-{number}",
            "admin_username": "azureadmin",
            "linux_configuration": {
                "disable_password_authentication": True,
                "provision_vm_agent": True,
                "ssh": {"public_keys": [{"key_data": KEY, "path": "/home/azureadmin/.ssh/authorized_keys"}]},
            },
        },
        network_profile={"network_interfaces": [{"id": interface.id, "primary": True, "delete_option": "Detach"}]},
        security_profile={
            "security_type": "TrustedLaunch",
            "uefi_settings": {"secure_boot_enabled": True, "v_tpm_enabled": True},
        },
        identity={"type": compute.ResourceIdentityType.SYSTEM_ASSIGNED},
        diagnostics_profile={"boot_diagnostics": {"enabled": True}},
    )


main = resources.ResourceGroup("main")
prefix = network.PublicIPPrefix(
    "egress-main", resource_group_name=main.name, prefix_length=31, sku={"name": "Standard"}
)
gateway = network.NatGateway(
    "egress",
    resource_group_name=main.name,
    sku={"name": "Standard"},
    idle_timeout_in_minutes=4,
    public_ip_prefixes=[{"id": prefix.id}],
)
vnet = network.VirtualNetwork(
    "network", resource_group_name=main.name, address_space={"address_prefixes": ["10.0.0.0/16"]}
)
web = network.Subnet(
    "network-web",
    resource_group_name=main.name,
    virtual_network_name=vnet.name,
    subnet_name="web",
    address_prefix="10.0.0.0/22",
    default_outbound_access=False,
    nat_gateway={"id": gateway.id},
)
for index in range(count):
    machine(index + 1, main.name, web.id)
pulumi.export("gateway", gateway.id)
