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
    """The figures on the deployed addresses. None where none is known of, and for the gateway of one zone of several:
    its share is sized with another zone lost, and in addresses alone."""


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
    answer = size(there, gateway.addresses or None)
    share = next((zone for zone in answer.zones if zone.zone == gateway.zone), None)
    needed = share.addresses_one_lost if share else answer.addresses
    short = None if gateway.unknown else False
    enough = short if needed > gateway.addresses else share is not None or answer.enough
    told = None if share or not gateway.addresses else answer
    return Verdict(profile_from, profile, needed, enough, told)
