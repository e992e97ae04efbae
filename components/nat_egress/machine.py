"""The component `PrivateMachine`: virtual machines without public addresses."""

from datetime import UTC, date, datetime

import pulumi
from pulumi import Input, Output, ResourceOptions
from pulumi_azure_native import compute
from pulumi_azure_native import network as azure
from pulumi_random import RandomPassword

from .component import by_key, component_options, or_empty, registered
from .inbound import InboundSpec
from .machine_args import PrivateMachineArgs, read_machine
from .machine_lifecycle import machine_change_problems, machine_identity
from .machine_profiles import (
    UNCHANGEABLE,
    identity,
    inbound_rules,
    os_profile,
    security_profile,
    storage_profile,
)
from .machine_rules import Machine, MachineSpec, machine_warnings
from .public_address import create_public_address
from .subnet_check import subnet_behind_gateway

PASSWORD_LENGTH = 24


class PrivateMachine(pulumi.ComponentResource):
    """Virtual machines of one kind, each with one network interface and no public address.

    Their outbound connections take the way of their subnet; administrators come in through Bastion. Only `inbound`
    gives them public addresses, for inbound connections alone.

    Raises `InvalidArguments`, before anything is registered, with all that is wrong with the arguments.
    """

    machine_ids: Output[dict[str, str]]
    """The ids of the machines, by their logical names, `<name>-<number>`."""
    private_addresses: Output[dict[str, str]]
    """Their private IPv4 addresses."""
    zones: Output[dict[str, str]]
    """Their availability zones, "" where Azure picked a place."""
    principal_ids: Output[dict[str, str]]
    """The principals of their own identities, to give rights to; empty without `system_assigned_identity`."""
    admin_username: Output[str]
    """The administrator's name."""
    admin_passwords: Output[dict[str, str]]
    """The passwords that were generated or given, as a secret; empty where keys alone open the machines."""
    inbound_only_addresses: Output[dict[str, str]]
    """The public addresses of an exception, empty without one. They serve inbound connections only: what the machines
    open themselves leaves by the way of their subnet, which takes precedence."""
    inbound_until: Output[str]
    """The last day of the exception, "" without one."""

    def __init__(
        self, name: str, args: PrivateMachineArgs, opts: ResourceOptions | None = None, *, today: date | None = None
    ) -> None:
        """Declare the machines; `today` is the day, in UTC, that an exception is judged by."""
        spec = read_machine(f"PrivateMachine {name!r}", name, args, today or datetime.now(UTC).date())
        super().__init__(
            "nat-egress:index:PrivateMachine",
            name,
            registered(machine_identity(spec)),
            component_options("PrivateMachine", name, machine_change_problems, opts, keep_version_aliases=False),
        )
        for warning in machine_warnings(spec):
            pulumi.log.warn(warning, self)

        subnet_id = subnet_behind_gateway(self, spec.subnet_id) if spec.inbound else spec.subnet_id
        group_id = self._inbound_group(spec, spec.inbound) if spec.inbound else spec.network_security_group_id
        publics = {
            one.key: create_public_address(
                self, one.key, spec.resource_group_name, spec.location, zonal=one.zone is not None, tags=spec.all_tags
            )
            for one in spec.machines
            if spec.inbound
        }
        interfaces = {
            one.key: self._interface(spec, one, subnet_id, group_id, publics.get(one.key)) for one in spec.machines
        }
        passwords = {one.key: self._password(spec, one) for one in spec.machines if spec.login.password_login}
        machines = {
            one.key: self._machine(spec, one, interfaces[one.key], passwords.get(one.key)) for one in spec.machines
        }

        self.machine_ids = by_key({key: machine.id for key, machine in machines.items()})
        self.private_addresses = by_key({key: _private_address(one) for key, one in interfaces.items()})
        self.zones = Output.from_input({one.key: one.zone or "" for one in spec.machines})
        self.principal_ids = by_key(
            {key: _principal(machine) for key, machine in machines.items() if spec.system_assigned_identity}
        )
        self.admin_username = Output.from_input(spec.login.username)
        self.admin_passwords = by_key(passwords)
        self.inbound_only_addresses = by_key({key: or_empty(address.ip_address) for key, address in publics.items()})
        self.inbound_until = Output.from_input(spec.inbound.expires if spec.inbound else "")
        self.register_outputs(
            {
                "machineIds": self.machine_ids,
                "privateAddresses": self.private_addresses,
                "zones": self.zones,
                "principalIds": self.principal_ids,
                "adminUsername": self.admin_username,
                "adminPasswords": self.admin_passwords,
                "inboundOnlyAddresses": self.inbound_only_addresses,
                "inboundUntil": self.inbound_until,
            }
        )

    def _inbound_group(self, spec: MachineSpec, inbound: InboundSpec) -> Output[str]:
        """Make the network security group that lets in what the exception names; its default rules refuse the rest."""
        group = azure.NetworkSecurityGroup(
            f"{self.pulumi_resource_name}-inbound",
            resource_group_name=spec.resource_group_name,
            location=spec.location,
            security_rules=inbound_rules(inbound),
            tags=spec.all_tags,
            opts=ResourceOptions(parent=self, delete_before_replace=False, replace_on_changes=["location"]),
        )
        return group.id

    def _interface(
        self,
        spec: MachineSpec,
        machine: Machine,
        subnet_id: Input[str],
        group_id: Input[str] | None,
        public: azure.PublicIPAddress | None,
    ) -> azure.NetworkInterface:
        return azure.NetworkInterface(
            machine.key,
            resource_group_name=spec.resource_group_name,
            location=spec.location,
            network_interface_name=f"{machine.name}-nic" if machine.name else None,
            ip_configurations=[
                azure.NetworkInterfaceIPConfigurationArgs(
                    name="primary",
                    primary=True,
                    subnet=azure.SubnetArgs(id=subnet_id),
                    private_ip_allocation_method="Dynamic",
                    private_ip_address_version="IPv4",
                    public_ip_address=azure.PublicIPAddressArgs(id=public.id) if public else None,
                )
            ],
            network_security_group=azure.NetworkSecurityGroupArgs(id=group_id) if group_id is not None else None,
            enable_accelerated_networking=spec.accelerated_networking,
            tags=spec.all_tags or None,
            opts=ResourceOptions(parent=self, delete_before_replace=False, replace_on_changes=["location"]),
        )

    def _password(self, spec: MachineSpec, machine: Machine) -> Output[str]:
        if spec.login.password is not None:
            return Output.secret(spec.login.password)
        password = RandomPassword(
            machine.key,
            length=PASSWORD_LENGTH,
            min_lower=1,
            min_upper=1,
            min_numeric=1,
            min_special=1,
            override_special="!#%*-_=+?:",
            opts=ResourceOptions(parent=self),
        )
        return Output.secret(password.result)

    def _machine(
        self, spec: MachineSpec, machine: Machine, interface: azure.NetworkInterface, password: Output[str] | None
    ) -> compute.VirtualMachine:
        return compute.VirtualMachine(
            machine.key,
            resource_group_name=spec.resource_group_name,
            location=spec.location,
            vm_name=machine.name,
            zones=[machine.zone] if machine.zone else None,
            hardware_profile=compute.HardwareProfileArgs(vm_size=spec.size),
            storage_profile=storage_profile(spec),
            os_profile=os_profile(spec, machine, password),
            network_profile=compute.NetworkProfileArgs(
                network_interfaces=[
                    compute.NetworkInterfaceReferenceArgs(id=interface.id, primary=True, delete_option="Detach")
                ]
            ),
            security_profile=security_profile(spec),
            identity=identity(spec),
            diagnostics_profile=compute.DiagnosticsProfileArgs(
                boot_diagnostics=compute.BootDiagnosticsArgs(enabled=spec.boot_diagnostics)
            ),
            tags=spec.all_tags or None,
            # A successor needs the network interface, which its predecessor holds until it is gone.
            opts=ResourceOptions(parent=self, delete_before_replace=True, replace_on_changes=UNCHANGEABLE),
        )


def _private_address(interface: azure.NetworkInterface) -> Output[str]:
    return interface.ip_configurations.apply(lambda found: (found and found[0].private_ip_address) or "")


def _principal(machine: compute.VirtualMachine) -> Output[str]:
    return machine.identity.apply(lambda identity: (identity and identity.principal_id) or "")
