"""Profiles of one destination, from which tests depart."""

from __future__ import annotations

from dataclasses import replace

import pytest
from nat_egress.capacity.profile import Connections, Destination, End, Endpoint, Profile, Source


@pytest.fixture
def destination():
    """Return a function that makes a destination: many machines, all ends by FIN, unless told otherwise."""

    def make(demand=None, name="api", **changes):
        plain = Destination(
            name,
            Endpoint("api.example.com", 443, "tcp", 1, 1.0),
            Source(200, 4, (32_768, 60_999)),
            demand or Connections(0.2, 970.0),
            End(1.0, 0.0, 0.0),
        )
        return replace(plain, **changes)

    return make


@pytest.fixture
def profile(destination):
    """Return a function that makes a profile of one destination."""

    def make(demand=None, **changes):
        of_profile = {
            key: changes.pop(key) for key in ("sku", "idle_timeout_minutes", "traffic", "zone_shares") if key in changes
        }
        return Profile((destination(demand, **changes),), **of_profile)

    return make
