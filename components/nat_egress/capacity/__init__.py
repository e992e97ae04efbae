"""SNAT port capacity: how many public addresses a gateway needs for the traffic it is to carry. Pure: no Pulumi.

Names are loaded when they are first used, so that nothing here loads a reader of YAML which does not read any.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .answer import Answer
    from .document import document_of
    from .plain import plain_of, snake_case
    from .profile import Profile
    from .reading import InvalidProfile, parse_profile, profile_of, read_profile
    from .sizing import size

__all__ = [
    "Answer",
    "InvalidProfile",
    "Profile",
    "document_of",
    "parse_profile",
    "plain_of",
    "profile_of",
    "read_profile",
    "size",
    "snake_case",
]

_HOMES = {
    "Answer": "answer",
    "InvalidProfile": "reading",
    "Profile": "profile",
    "document_of": "document",
    "parse_profile": "reading",
    "plain_of": "plain",
    "profile_of": "reading",
    "read_profile": "reading",
    "size": "sizing",
    "snake_case": "plain",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
