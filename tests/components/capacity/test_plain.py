"""Profiles as plain values, there and back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nat_egress.capacity import parse_profile, profile_of, read_profile
from nat_egress.capacity.plain import plain_of, snake_case
from nat_egress.capacity.profile import Burst, Connections, End, Endpoint, Pool, Restart, Retry, Source, Traffic

ROOT = Path(__file__).parents[3]
PROFILES = [ROOT / "stacks" / "prod.profile.yaml", ROOT / "docs" / "examples" / "shop.profile.yaml"]


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_a_profile_is_the_same_after_the_way_through_json(path):
    profile = read_profile(path)
    assert profile_of(json.loads(json.dumps(plain_of(profile)))) == profile


def test_all_that_a_profile_can_have_comes_back(profile):
    full = profile(
        Connections(3.0, None, (10.0, 0.0, 600.0)),
        destination=Endpoint("h", 53, "udp", 4, 0.5),
        source=Source(3, 2, (40_000, 50_000)),
        end=End(0.9, 0.0, 0.1),
        burst=Burst(2.0, 8.0),
        restart=Restart(0.5, 60.0, "fin"),
        retry=Retry(3, 0.5, 5.0),
        growth=1.5,
        target=1e-5,
        idle_timeout_minutes=10,
        traffic=Traffic(1.0, None, 5e5, 0.0),
        zone_shares=(("1", 0.25), ("3", 0.75)),
    )
    assert profile_of(plain_of(full)) == full
    pool = replace(full, destinations=(replace(full.destinations[0], demand=Pool(20, None), burst=None),))
    assert profile_of(plain_of(pool)) == pool


@given(st.sampled_from(["rate_per_s", "life_s", "idle_timeout_minutes", "source_port_range", "end", "p1_x"]))
def test_keys_of_either_case_are_the_same(key):
    head, *rest = key.split("_")
    camel = head + "".join(part.capitalize() for part in rest)
    assert snake_case({camel: {camel: [{camel: 1}]}}) == {key: {key: [{key: 1}]}}
    assert snake_case({key: 1}) == {key: 1}


def test_names_of_destinations_stay_as_they_are():
    named = {"destinations": {"ourPartner": {"lifeS": 1, "destinations": {"x": 1}}}}
    assert snake_case(named) == {"destinations": {"ourPartner": {"life_s": 1, "destinations": {"x": 1}}}}


def test_a_profile_in_camel_case_is_the_profile_in_snake_case():
    text = (ROOT / "docs" / "examples" / "shop.profile.yaml").read_text()
    values = plain_of(parse_profile(text))

    def camel(value, *, names=False):
        if isinstance(value, dict):
            return {
                key if names else "".join(p.capitalize() if n else p for n, p in enumerate(key.split("_"))): camel(
                    item, names=key == "destinations"
                )
                for key, item in value.items()
            }
        return value

    assert "idleTimeoutMinutes" in camel(values)
    assert profile_of(snake_case(camel(values))) == parse_profile(text)
