"""The size of a gateway by its traffic profile: how many addresses it needs, and the prefixes that give them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from . import capacity, limits
from .addresses import AddressSpec, with_default_zones
from .problems import Problem
from .sizing_args import SizingSpec

if TYPE_CHECKING:
    from .capacity.answer import Limit
    from .capacity.profile import Profile
    from .rules import GatewaySpec

_LENGTH_OF_ADDRESS: Final = 32


def prefix_lengths(missing: int, room: int, first: int) -> tuple[int, ...]:
    """Return the lengths of the prefixes that give `missing` addresses, or as many as there is `room` for.

    Each further one doubles what the ones before it give. So those for fewer addresses are always the beginning of
    those for more, and growth leaves what is there as it is.
    """
    lengths: list[int] = []
    given = 0
    while given < missing:
        wanted = given or 2 ** (_LENGTH_OF_ADDRESS - first)
        bits = min(wanted, room - given).bit_length() - 1
        if bits < 1:
            break
        lengths.append(_LENGTH_OF_ADDRESS - bits)
        given += 1 << bits
    return tuple(lengths)


def sized(gateway: GatewaySpec, profile: Profile, *, protect: bool) -> GatewaySpec:
    """Return a gateway with the prefixes that it needs for a profile, and with what the profile comes to on them.

    A gateway whose addresses are given and that has no `sizing` stays as it is. The gateway's own SKU and idle timeout
    count, not those of the profile.
    """
    profile = replace(profile, sku=gateway.sku, idle_timeout_minutes=gateway.idle_timeout_minutes)
    zone = gateway.zone if profile.zone_shares else None
    if profile.zone_shares and zone not in dict(profile.zone_shares):
        return replace(gateway, profile=profile)
    needed = capacity.size(profile, zone=zone).addresses
    sizing = gateway.sizing or (None if gateway.addresses else SizingSpec())
    ranges = tuple(_ranges(gateway, sizing, needed, protect=protect)) if sizing else ()
    gateway = replace(gateway, profile=profile, sizing=sizing, addresses=(*gateway.addresses, *ranges))
    return replace(gateway, answer=capacity.size(profile, gateway.address_count, zone)) if gateway.attached else gateway


def _ranges(gateway: GatewaySpec, sizing: SizingSpec, needed: int, *, protect: bool) -> Iterator[AddressSpec]:
    given = gateway.address_count
    missing = max(needed, sizing.min_addresses) - given
    lengths = prefix_lengths(missing, limits.MAX_IPV4_ADDRESSES - given, sizing.first_prefix_length)
    for number, length in enumerate(lengths, 1):
        key = sizing.name if number == 1 else f"{sizing.name}-{number}"
        spec = AddressSpec("prefix", key, length, zones=sizing.zones, protect=protect, computed=True)
        yield with_default_zones(spec, gateway.zone)


def size_problems(gateway: GatewaySpec) -> Iterator[Problem]:
    """Find what is wrong with the size of a gateway, and with how it is asked for."""
    if gateway.profile is None:
        return
    if gateway.profile.zone_shares and gateway.zone not in (zones := dict(gateway.profile.zone_shares)):
        rule = f"the traffic profile divides the traffic among gateways in zones {', '.join(zones)}"
        yield Problem("zone", gateway.zone, rule, "Give the gateway one of these zones, or remove zone_shares.")
        return
    given = {spec.argument for spec in gateway.addresses if not spec.computed}
    for spec in gateway.addresses:
        if spec.computed and spec.argument in given:
            rule = "sizing gives a prefix of that name"
            yield Problem(spec.argument, "given", rule, "Give it another name, or remove sizing.")
    if gateway.undersized == "refuse":
        for problem in _too_small(gateway):
            yield replace(problem, remedy=f"{problem.remedy} Or set undersized: warn.")


def size_warnings(gateway: GatewaySpec) -> list[str]:
    """Say what the traffic profile asks for and the gateway does not have, where that is allowed."""
    if problems := [*_too_small(gateway)]:
        return [f"The gateway is too small, with {one.value}: {one.rule}. {one.remedy}" for one in problems]
    return [
        f"The traffic profile breaks a limit that more addresses don't move: {_told(limit)}."
        for limit in (gateway.answer.limits if gateway.answer else ())
        if limit.room is not None and limit.room < 0
    ]


def _too_small(gateway: GatewaySpec) -> Iterator[Problem]:
    answer, most = gateway.answer, limits.MAX_IPV4_ADDRESSES
    remedy = "Add a prefix or an address, or have sizing add them."
    if gateway.profile is None or (answer and answer.addresses <= answer.deployed):
        return
    if answer is None:
        rule = "the traffic profile asks for some"
    elif answer.addresses > most:
        rule = f"a gateway has at most {most}, and the traffic profile asks for {answer.addresses:,}"
        remedy = answer.advice[0].how
    else:
        rule = f"the traffic profile asks for {answer.addresses}; {_told(answer.binding)}"
    value = f"{gateway.address_count} addresses"
    yield Problem("the sum of prefixes and addresses", value, rule, remedy)


def _told(limit: Limit) -> str:
    toward = f" toward {limit.destination}" if limit.destination else ""
    return f"{limit.name}{toward} are {limit.used or 0:,.0f}, and {limit.usable:,.0f} can be used"
