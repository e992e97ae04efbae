"""Who talks with whom, on Linux and in the simulator."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Final, NamedTuple

MACHINES: Final = ("10.0.1.4", "10.0.2.4")
ONE, OTHER = (int(IPv4Address(machine)) for machine in MACHINES)
DESTINATIONS: Final = tuple(f"198.51.100.{1 + n}" for n in range(12))
"""Of RFC 5737: nobody's. Each answers on one port, with TCP and with UDP."""
SILENT: Final = len(DESTINATIONS)
"""A destination that packets go to, and where nobody is: the address after the last that answers."""


class Row(NamedTuple):
    """An entry of a translation table."""

    protocol: int
    source: int
    source_port: int
    destination: int
    address: int
    """Which of the gateway's addresses, counted from 0."""
    port: int
