"""IPv4 ranges: pure arithmetic over CIDR text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import AddressValueError, IPv4Network, NetmaskValueError, collapse_addresses

from .limits import RESERVED_PER_SUBNET

EVERYWHERE = IPv4Network("0.0.0.0/0")
NOT_INTERNET = tuple(
    IPv4Network(text)
    for text in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "169.254.0.0/16",
        "127.0.0.0/8",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
"""What no machine reaches over the internet (RFC 1918, 6598, 3927, 1122, 5771, 1112)."""


class NotACidr(ValueError):  # noqa: N818 - the message completes "10.0.0.0 …", it is not a name for readers
    """Text that is no IPv4 range. Its message is the rule that is broken, as a clause."""

    def __init__(self, rule: str, suggestion: str = "") -> None:
        super().__init__(rule)
        self.suggestion = suggestion


def parse(text: str) -> IPv4Network:
    """Read an IPv4 range such as `10.0.0.0/16`. Raises `NotACidr`."""
    if "/" not in text:
        raise NotACidr("an IPv4 range is an address and a prefix length, such as 10.0.0.0/16")
    try:
        loose = IPv4Network(text, strict=False)
    except (AddressValueError, NetmaskValueError, ValueError):
        raise NotACidr("it is not an IPv4 range such as 10.0.0.0/16") from None
    length = text.partition("/")[2]
    if not length.isdecimal():
        raise NotACidr("the part after the slash is a number from 0 to 32", str(loose))
    if str(loose) != f"{text.partition('/')[0]}/{int(length)}":
        raise NotACidr(f"it has bits set after its first {loose.prefixlen}", str(loose))
    return loose


def usable_hosts(network: IPv4Network) -> int:
    """Count the addresses of a subnet that machines can have."""
    return max(network.num_addresses - RESERVED_PER_SUBNET, 0)


def addresses_of(cidr: str) -> list[str]:
    """List every address of a public IP prefix: all are used, there is no network or broadcast address."""
    return [str(address) for address in IPv4Network(cidr)]


def overlaps(networks: Mapping[str, IPv4Network]) -> Iterator[tuple[str, str]]:
    """Find the pairs of names whose ranges overlap: each range with the widest before it that it runs into.

    Sorted by first address, ranges either nest or are disjoint, so one pass over them is enough.
    """
    open_ranges: list[str] = []
    for name in sorted(networks, key=lambda name: (networks[name].network_address, networks[name].prefixlen)):
        while open_ranges and not networks[open_ranges[-1]].overlaps(networks[name]):
            open_ranges.pop()
        if open_ranges:
            yield open_ranges[-1], name
        open_ranges.append(name)


def covers(ranges: Iterable[IPv4Network], whole: IPv4Network = EVERYWHERE) -> bool:
    """Tell whether `ranges` together leave nothing of `whole` out."""
    return any(whole.subnet_of(part) for part in collapse_addresses(ranges))
