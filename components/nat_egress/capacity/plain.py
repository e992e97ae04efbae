"""Profiles as plain values: out of a program in any language, and into the state of a stack."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from .profile import Connections, Destination, Pool, Profile, Requests

_UPPER = re.compile(r"(?<=[a-z0-9])([A-Z])")
_OWN_NAMES = "destinations"
"""The key whose own keys are names of the user's, and stay as they are."""


def snake_case(values: object, *, names: bool = False) -> object:
    """Return the values of a profile with keys such as `ratePerS` as `rate_per_s`; `names` are a user's own."""
    if isinstance(values, Mapping):
        return {
            key if names or not isinstance(key, str) else _UPPER.sub(r"_\1", key).lower(): snake_case(
                value, names=not names and key == _OWN_NAMES
            )
            for key, value in values.items()
        }
    return [snake_case(item) for item in values] if isinstance(values, list | tuple) else values


def plain_of(profile: Profile) -> dict[str, Any]:
    """Return the values that `reading.profile_of` makes `profile` of, with nothing left to defaults."""
    return _given(
        {
            "sku": profile.sku,
            "idle_timeout_minutes": profile.idle_timeout_minutes,
            "traffic": _given(asdict(profile.traffic)) or None,
            "zone_shares": dict(profile.zone_shares) or None,
            "destinations": {of.name: _destination(of) for of in profile.destinations},
        }
    )


def _destination(of: Destination) -> dict[str, Any]:
    first, last = of.source.source_port_range
    return _given(
        {
            "destination": asdict(of.destination),
            "source": {**asdict(of.source), "source_port_range": {"first": first, "last": last}},
            _DEMANDS[type(of.demand)]: _demand(of.demand),
            "end": asdict(of.end),
            "burst": of.burst and asdict(of.burst),
            "restart": of.restart and asdict(of.restart),
            "retry": asdict(of.retry),
            "growth": of.growth,
            "target": of.target,
        }
    )


_DEMANDS = {Connections: "connections", Requests: "requests", Pool: "pool"}


def _demand(demand: Connections | Requests | Pool) -> dict[str, Any]:
    series = getattr(demand, "rate_per_minute_series", ())
    return _given({**asdict(demand), "rate_per_minute_series": list(series) or None})


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
