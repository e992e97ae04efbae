"""Type tokens, which name one resource of Azure in several ways."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final


class Provider(Enum):
    """Whose type it is."""

    AZURE_NATIVE = "azure-native"
    CLASSIC = "azure"
    OWN = "nat-egress"
    """This package's components."""
    OTHER = "other"


@dataclass(frozen=True)
class Token:
    """A type token, taken apart."""

    provider: Provider
    kind: str
    """Module and type of azure-native, as in `network:Subnet`; for another provider the token as it stands."""
    api_version: str = ""
    """As in `2023-02-01`, where the token names one."""


_NATIVE: Final = re.compile(r"azure-native:([^:/]+)(?:/v(\d{4})(\d{2})(\d{2})\w*)?:([^:/]+)")
"""As in `azure-native:network:Subnet`, and `azure-native:network/v20230201:Subnet` of version 2."""
_LOCAL: Final = re.compile(r"azure-native_[a-z0-9]+_v(\d{4})(\d{2})(\d{2})\w*:([^:/]+):([^:/]+)")
"""As in `azure-native_network_v20230201:network:Subnet`, of a package that was generated for a version."""

_PROVIDERS: Final = {provider.value: provider for provider in Provider}


def parse(token: str) -> Token:
    """Take a type token apart."""
    if match := _NATIVE.fullmatch(token):
        module, year, month, day, name = match.groups()
        return Token(Provider.AZURE_NATIVE, f"{module}:{name}", f"{year}-{month}-{day}" if year else "")
    if match := _LOCAL.fullmatch(token):
        year, month, day, module, name = match.groups()
        return Token(Provider.AZURE_NATIVE, f"{module}:{name}", f"{year}-{month}-{day}")
    return Token(_PROVIDERS.get(token.partition(":")[0], Provider.OTHER), token)


def spellings(token: str) -> tuple[str, ...]:
    """Return what a type may be called by: `Subnet`, `network:Subnet`, and the token with and without a version."""
    return token.rpartition(":")[2], parse(token).kind, unversioned(token), token


def unversioned(token: str) -> str:
    """Return the token of a type of azure-native without the version of Azure's interface, any other as it is."""
    parsed = parse(token)
    return f"azure-native:{parsed.kind}" if parsed.provider is Provider.AZURE_NATIVE and parsed.api_version else token
