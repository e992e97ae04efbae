"""What the simulated gateway is set to: its pool, its timers, and what Azure does not document as switches."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Final, Literal, get_args

from ... import limits
from ...problems import Problem
from .errors import refuse

AddressChoice = Literal["random", "free"]
Mapping = Literal["address-and-port-dependent", "endpoint-independent"]

MICROSECONDS: Final = 1_000_000
FIRST_PORT: Final = 1_024
"""The lowest translated port: with 64,512 of them the last is 65,535."""
MOST_ADDRESSES: Final = 255
MOST_ATTEMPTS: Final = 100
MOST_DOUBLINGS: Final = 6
"""A machine waits at most 64 times as long as at first."""
MOST_CONNECTIONS: Final = 2**32
"""Of a run: so many have a number of their own."""
LONGEST_S: Final = 10 * 366 * 86_400.0
"""The longest time that is simulated: ten years, far from where 64 bits of microseconds end."""


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """A gateway of port address translation; the defaults are Azure's."""

    addresses: int = 1
    ports_per_address: int = limits.SNAT_PORTS_PER_ADDRESS
    address_choice: AddressChoice = "random"
    """`random`: one address is drawn, and if it has no port left the attempt fails. `free`: another one is drawn then,
    of those that have a port. Which of them Azure does is not documented."""
    mapping: Mapping = "address-and-port-dependent"
    """As RFC 4787 names it. Azure's is address-and-port-dependent; endpoint-independent is the textbook's: all
    connections of one private address and port share a translation."""
    reuse: bool = True
    """Whether a port that is in use for one destination serves others too, as in Azure; if not, the cautious bound."""
    fin_hold_s: float = limits.HOLD_AFTER_FIN_S
    rst_hold_s: float = limits.HOLD_AFTER_RST_S
    udp_hold_s: float = limits.HOLD_AFTER_UDP_S
    half_open_s: float = limits.HALF_OPEN_S
    """When a connection without an answer is given up."""
    idle_timeout_s: float = 60 * limits.MIN_IDLE_TIMEOUT_MINUTES
    """TCP: after so long without a packet the entry is dropped, and nobody is told."""
    udp_idle_timeout_s: float = 60 * limits.UDP_IDLE_TIMEOUT_MINUTES
    idle_hold_s: float = 0.0
    """How long a port is held after an idle timeout. Not documented."""
    active_limit: int | None = None
    """Connections that an address may have open to one destination. Azure supports 50,000; what happens beyond is not
    documented, so none is set."""

    def __post_init__(self) -> None:
        refuse("the simulated gateway", [problem for field in fields(self) for problem in self._problems(field.name)])

    def _problems(self, name: str) -> list[Problem]:
        value = getattr(self, name)
        if name in _CHOICES:
            allowed = _CHOICES[name]
            if value in allowed:
                return []
            return [Problem(name, value, "it is one of " + ", ".join(map(str, allowed)), "Take one of them.")]
        low, high, unit = _RANGES[name]
        if value is None and name == "active_limit":
            return []
        whole = name in _COUNTS
        right_type = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
        if right_type and math.isfinite(value) and low <= value <= high:
            return []
        kind = "a whole number" if whole else "a number"
        return [Problem(name, value, f"it is {kind} from {low:g} to {high:g} {unit}", "Write such a number.")]


@dataclass(frozen=True, kw_only=True)
class Retry:
    """What a machine does when its connection finds no port: it tries again after a pause, doubled up to 64-fold."""

    attempts: int = 1
    """All attempts of a call, the first counted."""
    backoff_s: float = 1.0

    def __post_init__(self) -> None:
        problems = []
        if (
            isinstance(self.attempts, bool)
            or not isinstance(self.attempts, int)
            or not 1 <= self.attempts <= MOST_ATTEMPTS
        ):
            rule = f"it is a whole number from 1 to {MOST_ATTEMPTS}"
            problems.append(Problem("attempts", self.attempts, rule, "Write such a number."))
        if not isinstance(self.backoff_s, (int, float)) or not 0 <= self.backoff_s <= _LONGEST_PAUSE_S:
            rule = f"it is a number of seconds from 0 to {_LONGEST_PAUSE_S:g}"
            problems.append(Problem("backoff_s", self.backoff_s, rule, "Write such a number."))
        refuse("the retries", problems)


def microseconds(seconds: float) -> int:
    """Round to the simulator's clock, which counts whole microseconds."""
    return round(seconds * MICROSECONDS)


_LONGEST_TIMER_S: Final = 86_400.0
_LONGEST_PAUSE_S: Final = 30 * 86_400.0
_CHOICES: Final[dict[str, tuple[object, ...]]] = {
    "address_choice": get_args(AddressChoice),
    "mapping": get_args(Mapping),
    "reuse": (True, False),
}
_COUNTS: Final = frozenset({"addresses", "ports_per_address", "active_limit"})
_RANGES: Final[dict[str, tuple[float, float, str]]] = {
    "addresses": (1, MOST_ADDRESSES, "addresses"),
    "ports_per_address": (1, limits.SNAT_PORTS_PER_ADDRESS, "ports"),
    "fin_hold_s": (0, _LONGEST_TIMER_S, "seconds"),
    "rst_hold_s": (0, _LONGEST_TIMER_S, "seconds"),
    "udp_hold_s": (0, _LONGEST_TIMER_S, "seconds"),
    "half_open_s": (0, _LONGEST_TIMER_S, "seconds"),
    "idle_timeout_s": (0, 60 * limits.MAX_IDLE_TIMEOUT_MINUTES, "seconds"),
    "udp_idle_timeout_s": (0, 60 * limits.MAX_IDLE_TIMEOUT_MINUTES, "seconds"),
    "idle_hold_s": (0, _LONGEST_TIMER_S, "seconds"),
    "active_limit": (1, limits.SNAT_PORTS_PER_ADDRESS, "connections"),
}
