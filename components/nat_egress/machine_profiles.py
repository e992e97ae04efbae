"""Writes machines, as understood, in the shapes that azure-native takes. Decides nothing."""

from __future__ import annotations

import base64
from typing import Final

from pulumi import Output
from pulumi_azure_native import compute
from pulumi_azure_native import network as azure

from . import limits
from .disks import OsDiskSpec
from .images import parse_image
from .inbound import InboundSpec, source_groups
from .machine_rules import Machine, MachineSpec

UNCHANGEABLE: Final = [
    "location",
    "zones",
    "networkProfile.networkInterfaces[0].id",
    "osProfile.adminPassword",
    "osProfile.adminUsername",
    "osProfile.computerName",
    "osProfile.customData",
    "osProfile.linuxConfiguration.disablePasswordAuthentication",
    "osProfile.linuxConfiguration.ssh",
    "securityProfile",
    "storageProfile.imageReference",
    "storageProfile.osDisk.diffDiskSettings",
    "storageProfile.osDisk.managedDisk.diskEncryptionSet",
    "storageProfile.osDisk.managedDisk.storageAccountType",
]
"""What Azure refuses to change of a machine that exists, while azure-native would try to. Properties of osProfile with
PropertyChangeNotAllowed; the kind of the disk, which it changes at the disk alone, with OperationNotAllowed
(hashicorp/terraform-provider-azurerm#921, 2018-03-01)."""


def inbound_rules(inbound: InboundSpec) -> list[azure.SecurityRuleArgs]:
    """Return the rules that let in what an exception names, one for the ranges and one for each service tag."""
    return [
        azure.SecurityRuleArgs(
            name=f"inbound-exception-{number}",
            description=f"Exception until {inbound.expires}",
            priority=limits.FIRST_RULE_PRIORITY + number - 1,
            direction="Inbound",
            access="Allow",
            protocol=inbound.protocol,
            source_address_prefix=sources[0] if len(sources) == 1 else None,
            source_address_prefixes=list(sources) if len(sources) > 1 else None,
            source_port_range="*",
            destination_address_prefix="*",
            destination_port_ranges=list(map(str, inbound.ports)),
        )
        for number, sources in enumerate(source_groups(inbound.sources), start=1)
    ]


def storage_profile(spec: MachineSpec) -> compute.StorageProfileArgs:
    """Return the image and the OS disk."""
    image = parse_image(spec.image)
    return compute.StorageProfileArgs(
        image_reference=compute.ImageReferenceArgs(
            id=image.id, publisher=image.publisher, offer=image.offer, sku=image.sku, version=image.version
        ),
        os_disk=_os_disk(spec.os_disk),
    )


def _os_disk(disk: OsDiskSpec) -> compute.OSDiskArgs:
    encryption_set = disk.encryption_set_id
    return compute.OSDiskArgs(
        create_option="FromImage",
        disk_size_gb=disk.size_gb,
        caching=compute.CachingTypes(disk.caching),
        delete_option="Delete" if disk.delete_with_machine else "Detach",
        diff_disk_settings=compute.DiffDiskSettingsArgs(option="Local") if disk.ephemeral else None,
        managed_disk=compute.ManagedDiskParametersArgs(
            storage_account_type=disk.storage,
            disk_encryption_set=compute.DiskEncryptionSetParametersArgs(id=encryption_set) if encryption_set else None,
        ),
    )


def os_profile(spec: MachineSpec, machine: Machine, password: Output[str] | None) -> compute.OSProfileArgs:
    """Return the host name, the administrator, and what the first start does."""
    login = spec.login
    keys = [
        compute.SshPublicKeyArgs(key_data=key, path=f"/home/{login.username}/.ssh/authorized_keys")
        for key in login.ssh_public_keys
    ]
    linux = compute.LinuxConfigurationArgs(
        disable_password_authentication=not login.password_login,
        provision_vm_agent=True,
        ssh=compute.SshConfigurationArgs(public_keys=keys) if keys else None,
    )
    windows = compute.WindowsConfigurationArgs(provision_vm_agent=True, enable_automatic_updates=True)
    return compute.OSProfileArgs(
        computer_name=machine.computer_name,
        admin_username=login.username,
        admin_password=password,
        custom_data=Output.secret(spec.custom_data).apply(_base64) if spec.custom_data is not None else None,
        linux_configuration=linux if spec.os == "Linux" else None,
        windows_configuration=windows if spec.os == "Windows" else None,
    )


def security_profile(spec: MachineSpec) -> compute.SecurityProfileArgs | None:
    """Return secure boot, the virtual TPM and the encryption at the host."""
    if not (spec.trusted_launch or spec.encryption_at_host):
        return None
    return compute.SecurityProfileArgs(
        security_type="TrustedLaunch" if spec.trusted_launch else None,
        uefi_settings=compute.UefiSettingsArgs(secure_boot_enabled=True, v_tpm_enabled=True)
        if spec.trusted_launch
        else None,
        encryption_at_host=spec.encryption_at_host or None,
    )


def identity(spec: MachineSpec) -> compute.VirtualMachineIdentityArgs | None:
    """Return the identities in Microsoft Entra."""
    kinds = [
        kind
        for kind, wanted in (
            ("SystemAssigned", spec.system_assigned_identity),
            ("UserAssigned", spec.user_assigned_identity_ids),
        )
        if wanted
    ]
    if not kinds:
        return None
    return compute.VirtualMachineIdentityArgs(
        type=compute.ResourceIdentityType(", ".join(kinds)),
        user_assigned_identities=list(spec.user_assigned_identity_ids) or None,
    )


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
