"""The stack program: reads the settings, makes network, way out, machines, way in and alerts, and tells of them."""

import asyncio
import gc

import nat_egress
import pulumi
from nat_egress import BastionHost, NatEgress, PrivateMachine, PrivateNetwork
from pulumi_azure_native import resources

from outputs import capacity_output, machine_outputs, merged
from settings import ResourceGroup, Settings, load


def resource_group(name: str, wanted: ResourceGroup, stack: Settings, *, keep: bool = False) -> pulumi.Input[str]:
    """Return the name of the group that exists, or of one that is created."""
    opts = pulumi.ResourceOptions(protect=keep, retain_on_delete=keep)
    args = resources.ResourceGroupArgs(resource_group_name=wanted.name, location=stack.location, tags=stack.tags)
    return wanted.existing or resources.ResourceGroup(name, args, opts).name


async def main() -> dict[str, object]:
    """Declare the stack; the engine awaits it."""
    stack = load(pulumi.get_project(), pulumi.runtime.get_config_env())
    group, own = resource_group("network", stack.resource_group, stack), stack.egress.address_resource_group
    address_group = resource_group("addresses", own, stack, keep=stack.egress.protect_addresses) if own else group
    egress = NatEgress("egress", stack.egress_args(group, address_group))
    network = PrivateNetwork("network", stack.network_args(group, egress.gateway_id))
    subnets = {name: machine.subnet for name, machine in stack.machines.items()}
    machines = {
        name: PrivateMachine(name, stack.machine_args(name, group, network.subnet_id(subnet)))
        for name, subnet in subnets.items()
    }
    bastion = None
    if stack.bastion:
        after_subnets = pulumi.ResourceOptions(depends_on=[network])
        bastion = BastionHost("bastion", stack.bastion_args(group, network.virtual_network_id), after_subnets)
    alerts = None
    if stack.alerts:  # loaded only where they are wanted: two more modules of azure-native
        alerts = nat_egress.EgressAlerts("alerts", stack.alerts_args(group, egress.gateway_id))
    await asyncio.sleep(0)  # a program that ends before its registrations have begun is waited for in quadratic time
    return {
        "gatewayId": egress.gateway_id,
        "addresses": egress.addresses,
        "cidrs": egress.cidrs,
        "snatPorts": egress.snat_ports,
        "capacity": capacity_output(egress),
        "virtualNetworkId": network.virtual_network_id,
        "subnetIds": network.subnet_ids,
        "waysOut": network.ways_out,
        "machines": machine_outputs(machines, subnets, network, egress),
        "adminPasswords": merged(machine.admin_passwords for machine in machines.values()),
        "bastion": bastion and {"id": bastion.host_id, "dnsName": bastion.dns_name, "address": bastion.public_address},
        "alerts": alerts and alerts.alert_ids,
    }


if __name__ == "__main__":  # the process is this program's alone
    gc.freeze()  # azure-native is 300,000 objects, which the garbage collector need not go through again and again
pulumi.run(main)
