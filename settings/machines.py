"""The machines and the way in to them in the stack file. What is left out has the components' default."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from .model import Model, Text

_MIDNIGHT = " 00:00:00 +0000 UTC"
"""What stands behind a date that nobody quotes, by the time that the CLI hands it over (Go's time.Time.String)."""


def _as_day(value: object) -> object:
    """Write a date as the text that it was in the stack file."""
    return value.removesuffix(_MIDNIGHT) if isinstance(value, str) else value


Day = Annotated[str, BeforeValidator(_as_day)]
"""A day, as in 2027-01-31."""


class Logins(Model):
    """Who administers the machines, unless a machine says otherwise."""

    admin_username: str | None = None
    ssh_public_keys: list[str] | None = None


class OsDisk(Model):
    """The disk that a machine starts from."""

    size_gb: int | None = None
    storage: str | None = None
    caching: str | None = None
    ephemeral: bool | None = None
    encryption_set_id: str | None = None
    delete_with_machine: bool | None = None


class Inbound(Model):
    """The exception for machines that must accept connections from the internet."""

    reason: str | None = None
    expires: Day | None = None
    ports: list[int] | None = None
    sources: list[str] | None = None
    protocol: str | None = None


class Machine(Logins):
    """Machines of one kind."""

    subnet: str
    """The name of their subnet."""
    size: str
    os: str | None = None
    image: str | None = None
    count: int | None = None
    zones: list[Text] | None = None
    name: str | None = None
    computer_name: str | None = None
    password_login: bool | None = None
    custom_data: str | None = None
    os_disk: OsDisk | None = None
    network_security_group_id: str | None = None
    accelerated_networking: bool | None = None
    system_assigned_identity: bool | None = None
    user_assigned_identity_ids: list[str] | None = None
    trusted_launch: bool | None = None
    encryption_at_host: bool | None = None
    boot_diagnostics: bool | None = None
    inbound: Inbound | None = None


class Bastion(Model):
    """The Bastion host."""

    address_prefix: str | None = None
    """The range of AzureBastionSubnet; none with `sku: Developer`."""
    name: str | None = None
    sku: str | None = None
    zones: list[Text] | None = None
    scale_units: int | None = None
    tunneling: bool | None = None
    ip_connect: bool | None = None
    file_copy: bool | None = None
    kerberos: bool | None = None
    copy_paste: bool | None = None
    session_recording: bool | None = None
    private_only: bool | None = None
    allowed_sources: list[str] | None = None
