"""Where the provider may run, and how it is configured."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .wire import Properties

CLOUD: Final = "azure.sqlite"
"""The file in the sandbox's folder that holds its Azure."""
SANDBOX_VARIABLE: Final = "AZURE_SANDBOX"
BACKEND_VARIABLE: Final = "PULUMI_BACKEND_URL"

SUBSCRIPTION: Final = "00000000-0000-0000-0000-000000000000"
"""The sandbox's own subscription."""


class RefusedToStartError(Exception):
    """The provider must not or cannot run here."""


@dataclass(frozen=True)
class Place:
    """The sandbox that this process serves."""

    folder: Path

    @property
    def cloud(self) -> Path:
        """The file that holds the sandbox's Azure."""
        return self.folder / CLOUD


def place(environment: Mapping[str, str]) -> Place:
    """Find the sandbox, and make sure that the stack at hand is one of the sandbox's own.

    Raises:
        RefusedToStartError: it is not: the stack may be meant for Azure.

    """
    folder = environment.get(SANDBOX_VARIABLE, "")
    if not folder or not Path(folder).is_absolute():
        raise RefusedToStartError(
            f"{SANDBOX_VARIABLE} is {repr(folder) if folder else 'not set'}: this provider serves a sandbox only, and "
            f"{SANDBOX_VARIABLE} must be the absolute path of its folder"
        )
    expected = f"file://{folder.rstrip('/')}/backend"
    backend = environment.get(BACKEND_VARIABLE, "")
    if backend.rstrip("/") != expected:
        raise RefusedToStartError(
            f"{BACKEND_VARIABLE} is {repr(backend) if backend else 'not set'}, not {expected!r}: this provider never "
            "serves a stack that is kept outside the sandbox, as it may be meant for Azure"
        )
    return Place(Path(folder))


@dataclass(frozen=True)
class Configuration:
    """The settings of one provider resource that matter here. Credentials are never looked at."""

    subscription: str = SUBSCRIPTION
    location: str | None = None


def configuration(variables: Mapping[str, str], arguments: Properties) -> Configuration:
    """Read the configuration that the engine sends: `azure-native:config:…` keys, and inputs of the provider."""
    prefix = "azure-native:config:"
    values = {name.removeprefix(prefix): value for name, value in variables.items()}
    values |= {name: _text(value) for name, value in arguments.items() if isinstance(value, str)}
    return Configuration(values.get("subscriptionId") or SUBSCRIPTION, values.get("location") or None)


def _text(value: str) -> str:
    """Undo the JSON that the engine may wrap a value of a provider in."""
    try:
        decoded = json.loads(value)
    except ValueError:
        return value
    return decoded if isinstance(decoded, str) else value
