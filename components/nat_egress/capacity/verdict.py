"""Holds what a gateway has deployed against a traffic profile."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..state.values import contains_secret
from .answer import Answer
from .deployed import PROFILE, Gateway
from .profile import Profile
from .reading import profile_of
from .sizing import size


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a gateway's addresses are enough for a profile."""

    profile_from: str
    """Where the profile comes from, for people."""
    profile: Profile
    """As it was given. Figures are for the idle timeout and the SKU of the gateway, where the state tells them."""
    needed: int
    """Addresses that the profile needs of this gateway."""
    enough: bool | None
    """None where it depends on addresses that the state does not tell of."""
    answer: Answer | None
    """The figures on the deployed addresses; None where none is known of."""
    zone: str | None
    """Set where it is that zone's share of the profile that counts, with another zone lost."""


class SecretProfile(Exception):  # noqa: N818 - says what is wrong
    """A profile that the state keeps secret."""


def carried_profile(gateway: Gateway) -> tuple[str, Profile] | None:
    """Return the profile that the state carries for a gateway, and where it stands; None without one.

    Raises `InvalidProfile`, and `SecretProfile` where it can't be read without the stack's secrets.
    """
    if gateway.profile is None:
        return None
    place = f"{PROFILE} of NatEgress {gateway.component!r}"
    if contains_secret(gateway.profile):
        raise SecretProfile(f"{place} is secret in the state: give the profile with --profile")
    return place, profile_of(gateway.profile, PROFILE)


def judge(gateway: Gateway, profile: Profile, profile_from: str) -> Verdict:
    """Hold the addresses of a gateway against a profile; against a zone's share where the profile has its zone."""
    there = replace(
        profile,
        idle_timeout_minutes=gateway.idle_timeout_minutes or profile.idle_timeout_minutes,
        sku=gateway.sku or profile.sku,
    )
    zone = gateway.zone if gateway.zone in dict(profile.zone_shares) else None
    answer = size(there, gateway.addresses or None, zone)
    short = None if gateway.unknown else False
    enough = short if answer.addresses > gateway.addresses else answer.enough
    return Verdict(profile_from, profile, answer.addresses, enough, answer if gateway.addresses else None, zone)
