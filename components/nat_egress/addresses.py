"""Public IP prefixes and public IP addresses of a NAT gateway: what may be asked for, and how it is understood."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, NotRequired, TypedDict

from pulumi import Input

from .limits import ZONES
from .reading import Arguments


class PrefixArgs(TypedDict):
    """A public IPv4 prefix: created with a length, or adopted by id."""

    length: NotRequired[int]
    """28 to 31, for 16, 8, 4 or 2 addresses. Required; with an id it is the length that the prefix has."""
    id: NotRequired[Input[str]]
    """The id of a prefix that exists, in any resource group of the gateway's subscription and region."""
    zones: NotRequired[list[str]]
    """Zones of a created prefix: one, or all three for zone-redundant. Default: all three where the gateway has one,
    otherwise none. They can't change later."""
    resource_group_name: NotRequired[Input[str]]
    """Where a created prefix lives. Default: the component's `address_resource_group_name`."""
    name: NotRequired[str]
    """Its name in Azure. Default: generated, so that it can be replaced."""
    attached: NotRequired[bool]
    """False keeps the prefix but takes it off the gateway. Default: True."""
    protect: NotRequired[bool]
    """Protect a created prefix, and leave it in Azure when it leaves the stack. Default: `protect_addresses`."""


class AddressArgs(TypedDict):
    """A single public IPv4 address: created, or adopted by id."""

    id: NotRequired[Input[str]]
    """The id of an address that exists, in any resource group of the gateway's subscription and region."""
    zones: NotRequired[list[str]]
    """Zones of a created address: one, or all three for zone-redundant. Default: all three where the gateway has one,
    otherwise none. They can't change later."""
    resource_group_name: NotRequired[Input[str]]
    """Where a created address lives. Default: the component's `address_resource_group_name`."""
    name: NotRequired[str]
    """Its name in Azure. Default: generated, so that it can be replaced."""
    attached: NotRequired[bool]
    """False keeps the address but takes it off the gateway. Default: True."""
    protect: NotRequired[bool]
    """Protect a created address, and leave it in Azure when it leaves the stack. Default: `protect_addresses`."""


Kind = Literal["prefix", "address"]

_COLLECTIONS: dict[Kind, str] = {"prefix": "prefixes", "address": "addresses"}
_LENGTH_OF_ADDRESS = 32


@dataclass(frozen=True)
class AddressSpec:
    """A prefix or a single address, as understood: a single address is a prefix of length 32."""

    kind: Kind
    key: str
    length: int | None
    """None where it is missing or unusable, which is a problem already noted."""
    id: Input[str] | None = None
    zones: tuple[str, ...] = ()
    resource_group_name: Input[str] | None = None
    name: str | None = None
    attached: bool = True
    protect: bool = False
    computed: bool = False
    """Whether it comes from the size that a traffic profile asks for."""

    @property
    def argument(self) -> str:
        """Where it stands in the arguments."""
        return f"{_COLLECTIONS[self.kind]}[{self.key!r}]"

    @property
    def adopted(self) -> bool:
        """Whether it exists already and is only used."""
        return self.id is not None

    @property
    def count(self) -> int:
        """How many addresses it holds."""
        return 0 if self.length is None else 2 ** (_LENGTH_OF_ADDRESS - self.length)


def read_addresses(arguments: Arguments, *, protect: bool) -> Iterator[AddressSpec]:
    """Read `prefixes` and `addresses`, in the order in which they are declared; `protect` is the default of theirs."""
    for key, entry in arguments.entries("prefixes", PrefixArgs).items():
        length = entry.integer("length")
        if length is None and entry.usable:
            entry.problem("length", None, "a prefix has a length, also where it is adopted", _LENGTH_REMEDY)
        yield replace(_read("prefix", key, entry, protect=protect), length=length)
    for key, entry in arguments.entries("addresses", AddressArgs).items():
        yield _read("address", key, entry, protect=protect)


_LENGTH_REMEDY = "Set it to 28, 29, 30 or 31, for 16, 8, 4 or 2 addresses."


def _read(kind: Kind, key: str, entry: Arguments, *, protect: bool) -> AddressSpec:
    spec = AddressSpec(
        kind,
        key,
        _LENGTH_OF_ADDRESS,
        id=entry.reference("id"),
        zones=tuple(sorted(entry.texts("zones") or ())),
        resource_group_name=entry.reference("resource_group_name"),
        name=entry.text("name"),
        attached=entry.flag("attached", default=True),
        protect=entry.flag("protect", default=protect),
    )
    if spec.adopted:
        for setting in ("zones", "resource_group_name", "name", "protect"):
            if entry.given(setting):
                entry.problem(
                    setting,
                    getattr(spec, setting),
                    f"a public IP {kind} is either created or adopted by id, and one that is adopted stays as it is",
                    f"Remove it, or remove {entry.at('id')}.",
                )
    return spec


def with_default_zones(spec: AddressSpec, gateway_zone: str | None) -> AddressSpec:
    """Give a created address without zones those that suit its gateway.

    Zone-redundant where the gateway has a zone, since a gateway with a zone takes no address without one, and a
    zone-redundant address can follow to a gateway in another zone. None where the gateway has none: not all regions
    have zones.
    """
    if spec.adopted or spec.zones or gateway_zone is None:
        return spec
    return replace(spec, zones=ZONES)
