"""The OS disk of a machine: what may be asked for, and Azure's rules. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NotRequired, TypedDict

from pulumi import Input

from . import limits
from .problems import Problem
from .reading import Arguments

STORAGE: Final = ("StandardSSD_LRS", "Premium_LRS", "Standard_LRS", "StandardSSD_ZRS", "Premium_ZRS")
"""Kinds of managed disks that an OS disk can be (learn.microsoft.com/azure/virtual-machines/disks-types, 2025)."""

CACHING: Final = ("ReadWrite", "ReadOnly", "None")


class OsDiskArgs(TypedDict):
    """The disk that a machine starts from."""

    size_gb: NotRequired[int]
    """Gibibytes. Default: those of the image. It can grow while the machine is deallocated, and never shrinks."""
    storage: NotRequired[str]
    """`StandardSSD_LRS` (default), `Premium_LRS`, `Standard_LRS`, or, readable in all zones, `StandardSSD_ZRS` or
    `Premium_ZRS`. A change replaces the machines."""
    caching: NotRequired[str]
    """`ReadWrite` (default), `ReadOnly` or `None`. Of an ephemeral disk `ReadOnly`."""
    ephemeral: NotRequired[bool]
    """Keep it on the host: faster, free, and lost when the machine is moved or deallocated. Default: False."""
    encryption_set_id: NotRequired[Input[str]]
    """The id of a disk encryption set with a key of your own. Default: Azure's key."""
    delete_with_machine: NotRequired[bool]
    """Whether it goes when its machine goes. Default: True."""


@dataclass(frozen=True)
class OsDiskSpec:
    """An OS disk, as understood from its arguments."""

    size_gb: int | None = None
    storage: str = STORAGE[0]
    caching: str = CACHING[0]
    ephemeral: bool = False
    encryption_set_id: Input[str] | None = None
    delete_with_machine: bool = True


def read_os_disk(arguments: Arguments) -> OsDiskSpec:
    """Read `os_disk`."""
    entry = arguments.part("os_disk", OsDiskArgs)
    if entry is None:
        return OsDiskSpec()
    ephemeral = entry.flag("ephemeral", default=False)
    if ephemeral and entry.given("storage"):
        entry.problem("storage", entry.text("storage"), "an ephemeral disk lies on the host", "Remove it.")
    return OsDiskSpec(
        size_gb=entry.integer("size_gb"),
        storage="Standard_LRS" if ephemeral else entry.text("storage") or STORAGE[0],
        caching=entry.text("caching") or ("ReadOnly" if ephemeral else CACHING[0]),
        ephemeral=ephemeral,
        encryption_set_id=entry.reference("encryption_set_id"),
        delete_with_machine=entry.flag("delete_with_machine", default=True),
    )


def os_disk_problems(disk: OsDiskSpec) -> Iterator[Problem]:
    """Find everything that is wrong with an OS disk."""
    smallest, largest = limits.OS_DISK_GB
    if disk.size_gb is not None and not smallest <= disk.size_gb <= largest:
        rule = f"an OS disk has {smallest} to {largest} GiB"
        yield Problem("os_disk.size_gb", disk.size_gb, rule, "Use a size in between; data belongs on other disks.")
    for setting, value, words in (("storage", disk.storage, STORAGE), ("caching", disk.caching, CACHING)):
        if value not in words:
            yield Problem(f"os_disk.{setting}", value, f"it is one of {', '.join(words)}", "Use one of these.")
    if disk.ephemeral and disk.caching in ("ReadWrite", "None"):
        rule = "an ephemeral disk is cached for reading"
        yield Problem("os_disk.caching", disk.caching, rule, "Remove it, or set ephemeral: False.")
    if disk.ephemeral and not disk.delete_with_machine:
        rule = "an ephemeral disk lies on the host, and goes with its machine"
        yield Problem(
            "os_disk.delete_with_machine", value=False, rule=rule, remedy="Remove it, or set ephemeral: False."
        )
