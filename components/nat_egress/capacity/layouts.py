"""Public IP prefixes and addresses that come to a number of addresses, and what they cost."""

from __future__ import annotations

from dataclasses import dataclass

from .. import limits

_SINGLE = 32


@dataclass(frozen=True, slots=True)
class Layout:
    """Prefixes, by their lengths, and single addresses, on one or more gateways."""

    prefix_lengths: tuple[int, ...]
    single_addresses: int
    gateways: int = 1

    @property
    def addresses(self) -> int:
        """Count the addresses, those of prefixes included."""
        return sum(1 << (_SINGLE - length) for length in self.prefix_lengths) + self.single_addresses

    @property
    def usd_per_month(self) -> float:
        """Return the price of gateways and addresses; each address of a prefix is charged."""
        hourly = self.gateways * limits.GATEWAY_USD_PER_HOUR + self.addresses * limits.ADDRESS_USD_PER_HOUR
        return hourly * limits.HOURS_PER_MONTH


def layouts(addresses: int) -> tuple[Layout, ...]:
    """Return what gives at least `addresses` on as few gateways as possible.

    The first has one prefix for each gateway, which is one entry on an allow-list; a second, where it is another, has
    no address too many. Nothing where a subscription can't have so many gateways.
    """
    if addresses > limits.MAX_GATEWAYS * limits.MAX_IPV4_ADDRESSES:
        return ()
    whole, rest = divmod(addresses, limits.MAX_IPV4_ADDRESSES)
    full = (limits.MIN_PREFIX_LENGTH,) * whole
    gateways = whole + bool(rest)
    lengths = range(limits.MIN_PREFIX_LENGTH, limits.MAX_PREFIX_LENGTH + 1)
    exact = tuple(length for length in lengths if rest & 2 ** (_SINGLE - length))
    parts = Layout((*full, *exact), rest % 2, gateways)
    if rest < 2:  # noqa: PLR2004 - no prefix is as small as one address
        return (parts,)
    together = max(length for length in lengths if 2 ** (_SINGLE - length) >= rest)
    one = Layout((*full, together), 0, gateways)
    return (one,) if one == parts else (one, parts)


def processing_usd_per_month(gigabytes: float) -> float:
    """Return the price of what gateways process in a month."""
    return gigabytes * limits.PROCESSED_USD_PER_GB
