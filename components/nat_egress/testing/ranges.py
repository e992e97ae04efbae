"""Addresses that Azure might have given, chosen by a resource's name: the same in each run, and no two alike."""

from __future__ import annotations

from hashlib import sha256
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final

from .failures import Failure

PUBLIC: Final = IPv4Network("198.18.0.0/15")
"""Set aside for tests of networks, so that it is nobody's (RFC 2544)."""
PUBLIC_V6: Final = IPv6Network("2001:db8::/32")
"""Set aside for documentation (RFC 3849)."""
PRIVATE: Final = IPv4Network("10.0.0.0/16")
"""Taken where the range of a subnet is not known."""
_FIRST_HOST: Final = 4
"""Azure keeps the first four addresses of a subnet, and the last, for itself
(learn.microsoft.com/azure/virtual-network/virtual-networks-faq, 2026-04)."""


class Ranges:
    """The addresses of one run."""

    def __init__(self) -> None:
        self._taken: list[IPv4Network | IPv6Network] = []
        self._hosts: set[str] = set()

    def public(self, name: str, length: int, *, ipv6: bool = False) -> str:
        """Return a public range of a prefix length that overlaps with no other."""
        whole = PUBLIC_V6 if ipv6 else PUBLIC
        if not whole.prefixlen <= length <= whole.max_prefixlen:
            raise Failure(
                f"{name} has a prefix length of {length}, which is none of {whole.prefixlen} to {whole.max_prefixlen}."
            )
        count = 2 ** (length - whole.prefixlen)
        start = _number(name) % count
        for step in range(count):
            base = int(whole.network_address) + ((start + step) % count) * 2 ** (whole.max_prefixlen - length)
            found = ip_network((base, length))
            if not any(found.version == one.version and found.overlaps(one) for one in self._taken):
                self._taken.append(found)
                return str(found)
        raise Failure(f"No range of /{length} is left in {whole}.")

    def private(self, name: str, subnet: str) -> str:
        """Return an address of a subnet, given as a range, that nothing else has."""
        try:
            network = IPv4Network(subnet) if subnet else PRIVATE
        except ValueError as error:
            raise Failure(
                f"{name} is in a subnet whose addressPrefix is {subnet!r}, and that is no range: {error}."
            ) from None
        count = max(network.num_addresses - _FIRST_HOST - 1, 1)
        start = _number(name) % count
        for step in range(count):
            found = str(network[(_FIRST_HOST + (start + step) % count) % network.num_addresses])
            if found not in self._hosts:
                self._hosts.add(found)
                return found
        raise Failure(f"No address is left in the subnet {subnet}.")


def _number(name: str) -> int:
    return int.from_bytes(sha256(name.encode()).digest()[:8])
