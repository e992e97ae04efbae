"""How the size of a gateway is asked for: a traffic profile, and how addresses follow from it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NotRequired, TypedDict

from . import capacity, limits
from .problems import Problem
from .reading import Arguments

UNDERSIZED: Final = ("refuse", "warn")
"""What happens where the addresses are too few for the profile."""


class SizingArgs(TypedDict):
    """How a gateway gets the addresses that its traffic profile asks for, beside those that are given."""

    name: NotRequired[str]
    """The key of the first prefix; the others are called `<name>-2` and so on. It must stay. Default: `range`."""
    first_prefix_length: NotRequired[int]
    """The length of the first prefix, 28 to 31. Each further one doubles what there is. Default: 31, two addresses. It
    can't change later."""
    zones: NotRequired[list[str]]
    """Zones of these prefixes, as of others. They can't change later."""
    min_addresses: NotRequired[int]
    """At least so many addresses, 1 to 16, whatever the profile asks for. Default: 1."""
    release: NotRequired[bool]
    """Give up prefixes that the profile does not ask for any more. Default: False, which refuses that."""


@dataclass(frozen=True)
class SizingSpec:
    """How prefixes come from the size, as understood."""

    name: str = "range"
    first_prefix_length: int = limits.MAX_PREFIX_LENGTH
    zones: tuple[str, ...] = ()
    min_addresses: int = 1
    release: bool = False


def read_sizing(arguments: Arguments) -> SizingSpec | None:
    """Read `sizing`, None where it is not given."""
    sizing = arguments.part("sizing", SizingArgs)
    if sizing is None:
        return None
    length, least = sizing.integer("first_prefix_length"), sizing.integer("min_addresses")
    return SizingSpec(
        sizing.text("name") or SizingSpec.name,
        limits.MAX_PREFIX_LENGTH if length is None else length,
        tuple(sorted(sizing.texts("zones") or ())),
        1 if least is None else least,
        sizing.flag("release", default=False),
    )


def read_capacity(arguments: Arguments, key: str = "capacity") -> "capacity.Profile | None":
    """Read a traffic profile: a `Profile`, the path of a YAML file, or its values with keys in either case.

    All that is wrong with it is told as of the argument `key`, also where it stands in a file.
    """
    value = arguments.plain(key)
    if value is None or isinstance(value, capacity.Profile):
        return value
    try:
        if isinstance(value, str):
            return capacity.read_profile(Path(value))
        return capacity.profile_of(capacity.snake_case(value), arguments.at(key))
    except capacity.InvalidProfile as invalid:
        where = f"{arguments.at(key)}: " if isinstance(value, str) else ""
        arguments.problems.extend(replace(one, argument=f"{where}{one.argument}") for one in invalid.problems)
        return None


def sizing_problems(sizing: SizingSpec | None, *, profiled: bool, undersized: str | None) -> Iterator[Problem]:
    """Find what is wrong with how addresses are to follow from a profile."""
    for argument, value in (("sizing", sizing), ("undersized", undersized)):
        if value is not None and not profiled:
            rule = "it is about the addresses that a traffic profile asks for, and capacity is not set"
            yield Problem(argument, "given", rule, "Set capacity, or remove it.")
    if undersized is not None and undersized not in UNDERSIZED:
        yield Problem("undersized", undersized, f"it is one of {', '.join(UNDERSIZED)}", "Use one of these.")
    if sizing is None:
        return
    shortest, longest, most = limits.MIN_PREFIX_LENGTH, limits.MAX_PREFIX_LENGTH, limits.MAX_IPV4_ADDRESSES
    if not shortest <= sizing.first_prefix_length <= longest:
        rule = f"a gateway takes prefixes of length {shortest} (16 addresses) to {longest} (2 addresses)"
        yield Problem("sizing.first_prefix_length", sizing.first_prefix_length, rule, "Use a length in between.")
    if not 1 <= sizing.min_addresses <= most:
        rule = f"a gateway that carries traffic has 1 to {most} addresses"
        yield Problem("sizing.min_addresses", sizing.min_addresses, rule, "Use a number in between.")
