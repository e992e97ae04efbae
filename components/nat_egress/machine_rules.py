"""Azure's rules for virtual machines, and this package's: from what is asked for to what is wrong with it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from . import limits
from .disks import OsDiskSpec, os_disk_problems
from .exception_tags import EXPIRES_TAG, REASON_TAG
from .id_rules import id_problems, subnet_id_problems
from .images import image_problems
from .inbound import InboundSpec, inbound_problems
from .logins import LoginSpec, login_problems
from .problems import Problem
from .zones import zone_problems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi import Input

OPERATING_SYSTEMS: Final = ("Linux", "Windows")
MOST_MACHINES: Final = 1_000
"""Machines of one declaration: a rule of this package. More of one kind are a scale set."""

_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")
_SIZE: Final = re.compile(r"(Standard|Basic)_[A-Za-z0-9]+([_-][A-Za-z0-9]+)*")
_GENERATED_SUFFIX: Final = 8
"""Characters that azure-native adds to a name that it generates."""


@dataclass(frozen=True)
class MachineSpec:
    """Machines of one kind, as understood from their arguments."""

    logical_name: str
    resource_group_name: Input[str]
    subnet_id: Input[str]
    size: str | None
    image: str
    login: LoginSpec
    os: str = "Linux"
    count: int = 1
    zones: tuple[str, ...] = ()
    location: Input[str] | None = None
    name: str | None = None
    computer_name: str | None = None
    custom_data: Input[str] | None = None
    os_disk: OsDiskSpec = field(default_factory=OsDiskSpec)
    network_security_group_id: Input[str] | None = None
    accelerated_networking: bool = False
    system_assigned_identity: bool = True
    user_assigned_identity_ids: tuple[Input[str], ...] = ()
    trusted_launch: bool = True
    encryption_at_host: bool = False
    boot_diagnostics: bool = True
    inbound: InboundSpec | None = None
    tags: Mapping[str, Input[str]] = field(default_factory=dict)

    @property
    def all_tags(self) -> dict[str, Input[str]]:
        """The tags of all that is created, those of an exception included."""
        return {**self.tags, **(self.inbound.tags if self.inbound else {})}

    @property
    def machines(self) -> list[Machine]:
        """The machines, in the order of their numbers."""
        return [self.machine(number) for number in range(1, self.count + 1)]

    def machine(self, number: int) -> Machine:
        """Return the machine with a number, which counts from 1."""
        return Machine(
            key=f"{self.logical_name}-{number}",
            zone=self.zones[(number - 1) % len(self.zones)] if self.zones else None,
            name=f"{self.name}-{number}" if self.name else None,
            computer_name=f"{self.computer_name or self.name or self.logical_name}-{number}",
        )


@dataclass(frozen=True)
class Machine:
    """One of them: its number decides its names and its zone, and nothing of it changes when others come or go."""

    key: str
    """Its logical name, and its key in the outputs."""
    zone: str | None
    name: str | None
    """Its name in Azure, None where it is generated."""
    computer_name: str
    """Its host name."""


def machine_problems(spec: MachineSpec, today: date) -> list[Problem]:
    """Find everything that is wrong with machines, as far as plain values tell, on the day `today`."""
    known = spec.os in OPERATING_SYSTEMS
    return [
        *_kind_problems(spec),
        *_number_problems(spec),
        *zone_problems(spec.zones),
        *(_name_problems(spec) if known else ()),
        *(login_problems(spec.login, spec.os) if known else ()),
        *image_problems(spec.image),
        *os_disk_problems(spec.os_disk),
        *_custom_data_problems(spec),
        *_id_problems(spec),
        *_tag_problems(spec),
        *_inbound_problems(spec, today),
    ]


def machine_warnings(spec: MachineSpec) -> list[str]:
    """Say what is allowed and most likely not meant."""
    if spec.inbound is None:
        return []
    those = "the machine accepts" if spec.count == 1 else f"all {spec.count} machines accept"
    ports = ", ".join(map(str, spec.inbound.ports))
    sources = ", ".join(spec.inbound.sources)
    what = f"{spec.inbound.protocol} {ports} from {sources}"
    until = spec.inbound.expires
    return [f"By an exception until {until}, {those} connections from the internet: {what} ({spec.inbound.reason})."]


def _kind_problems(spec: MachineSpec) -> Iterator[Problem]:
    if spec.os not in OPERATING_SYSTEMS:
        yield Problem("os", spec.os, f"a machine runs one of {', '.join(OPERATING_SYSTEMS)}", "Use one of these.")
    if spec.size is not None and not _SIZE.fullmatch(spec.size):
        yield Problem("size", spec.size, "a size is written as Standard_D2s_v5 is", "Write it so (`az vm list-sizes`).")


def _number_problems(spec: MachineSpec) -> Iterator[Problem]:
    if not 1 <= spec.count <= MOST_MACHINES:
        rule = f"one declaration makes 1 to {MOST_MACHINES} machines"
        yield Problem("count", spec.count, rule, "Use a number in between; to remove them all, remove the declaration.")


def _name_problems(spec: MachineSpec) -> Iterator[Problem]:
    if not 1 <= spec.count <= MOST_MACHINES:
        return
    last = spec.machine(spec.count)
    longest = limits.MAX_COMPUTER_NAME["Linux"] - (0 if spec.name else _GENERATED_SUFFIX)
    name = last.name or last.key
    if wrong_name := len(name) > longest or not _HOST.fullmatch(name):
        yield Problem(
            "name" if spec.name else "the component's name",
            spec.name or spec.logical_name,
            f"the name of a virtual machine has 1 to {longest} letters, digits and hyphens, begins and ends with a "
            f"letter or digit, and the last one would be {name}",
            "Set name to a shorter or simpler one.",
        )
    longest = limits.MAX_COMPUTER_NAME[spec.os]
    host = last.computer_name
    if (len(host) > longest or not _HOST.fullmatch(host)) and not (wrong_name and host == name):
        source = "computer_name" if spec.computer_name else "name" if spec.name else "the component's name"
        yield Problem(
            source,
            spec.computer_name or spec.name or spec.logical_name,
            f"the host name of a {spec.os} machine has 1 to {longest} letters, digits and hyphens, begins and ends "
            f"with a letter or digit, and the last one would be {host}",
            "Set computer_name to a shorter or simpler one.",
        )


def _custom_data_problems(spec: MachineSpec) -> Iterator[Problem]:
    if isinstance(spec.custom_data, str) and len(spec.custom_data.encode()) > limits.MAX_CUSTOM_DATA_BYTES:
        yield Problem(
            "custom_data",
            f"{len(spec.custom_data.encode())} bytes",
            f"custom data has at most {limits.MAX_CUSTOM_DATA_BYTES} bytes",
            "Let the machine fetch what is larger.",
        )


def _id_problems(spec: MachineSpec) -> Iterator[Problem]:
    if isinstance(spec.subnet_id, str) and spec.subnet_id:
        yield from subnet_id_problems(spec.subnet_id)
    if isinstance(spec.network_security_group_id, str):
        yield from id_problems("network_security_group_id", spec.network_security_group_id, "networkSecurityGroups")
    encryption_set = spec.os_disk.encryption_set_id
    if isinstance(encryption_set, str):
        yield from id_problems("os_disk.encryption_set_id", encryption_set, "diskEncryptionSets", "Microsoft.Compute")
    for position, identity in enumerate(spec.user_assigned_identity_ids):
        if isinstance(identity, str):
            argument = f"user_assigned_identity_ids[{position}]"
            yield from id_problems(argument, identity, "userAssignedIdentities", "Microsoft.ManagedIdentity")


def _tag_problems(spec: MachineSpec) -> Iterator[Problem]:
    for name in spec.tags:
        if name.lower() in (REASON_TAG, EXPIRES_TAG):
            rule = "policies recognise an exception by this tag, and inbound sets it"
            yield Problem(f"tags[{name!r}]", "given", rule, "Remove it.")


def _inbound_problems(spec: MachineSpec, today: date) -> Iterator[Problem]:
    if spec.inbound is None:
        return
    yield from inbound_problems(spec.inbound, today)
    if spec.network_security_group_id is not None:
        yield Problem(
            "network_security_group_id",
            "given",
            "an exception makes a network security group of its own, and a network interface has one",
            "Remove it, and put its rules on the subnet.",
        )
