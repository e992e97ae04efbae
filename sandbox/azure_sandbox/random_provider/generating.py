"""Making a password (terraform-provider-random `internal/random/string.go`, read at ad788e23, 2026-06-11)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Final

from azure_sandbox.provider.wire import Properties

SPECIAL: Final = "!@#$%&*()-_=+[]{}<>:?"
"""The special characters where the program names none."""


@dataclass(frozen=True)
class CharacterClass:
    """One class of characters: whether any place may have one of them, and how many places must."""

    members: str
    allowed: bool
    minimum: int


def character_classes(properties: Properties) -> tuple[CharacterClass, ...]:
    """Return the classes as the properties of a password, its defaults filled in, have them."""
    special = properties.get("overrideSpecial") or SPECIAL
    return (
        CharacterClass(ascii_lowercase, properties["lower"], properties["minLower"]),
        CharacterClass(ascii_uppercase, properties["upper"], properties["minUpper"]),
        CharacterClass(digits, properties["numeric"], properties["minNumeric"]),
        CharacterClass(special, properties["special"], properties["minSpecial"]),
    )


def generate(length: int, classes: tuple[CharacterClass, ...]) -> str:
    """Return a password of `length` characters, in an order that chance gives.

    A minimum is kept even where its class is not allowed anywhere else, as the real provider does.
    """
    drawn = [secrets.choice(each.members) for each in classes for _ in range(each.minimum)]
    alphabet = "".join(each.members for each in classes if each.allowed)
    drawn += [secrets.choice(alphabet) for _ in range(length - len(drawn))]
    secrets.SystemRandom().shuffle(drawn)
    return "".join(drawn)
