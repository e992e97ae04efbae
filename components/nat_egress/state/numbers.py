"""Numbers as Pulumi's own JSON writes them."""

from __future__ import annotations

from decimal import Decimal

LARGEST_PLAIN = 1e21
SMALLEST_PLAIN = 1e-6
"""Between the two Go's encoding/json writes digits only, outside of them an exponent (`floatEncoder`)."""


def normalise(number: float) -> int | float:
    """Return `number` as an int where Pulumi's JSON would write it without a decimal point."""
    return int(number) if float(number).is_integer() and abs(number) < LARGEST_PLAIN else number


def text(number: float) -> str:
    """Return `number` as Pulumi writes it in configuration and outputs."""
    if isinstance(number, int) or (number.is_integer() and abs(number) < LARGEST_PLAIN):
        return str(int(number))
    if SMALLEST_PLAIN <= abs(number) < LARGEST_PLAIN:
        return format(Decimal(repr(number)), "f")
    return repr(number).replace("e-0", "e-")
