"""The providers that a program does not name: one for each package and version, configured by the stack.

Mirrors pulumi/pulumi `pkg/resource/deploy/default_providers.go`.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from nat_egress.state.model import ResourceState
from nat_egress.state.values import Properties, Secret

from .goals import Goal
from .refusals import EngineError
from .registry import INTERNAL_KEY
from .request import ConfigValue, Plugin
from .urn import PROVIDER_TYPE_PREFIX, ProviderReference

_DENIED: Final = "pulumi:disable-default-providers"


class DefaultProviders:
    """Makes the default provider of a package when the first resource needs it."""

    def __init__(
        self,
        config: Mapping[str, ConfigValue],
        plugins: tuple[Plugin, ...],
        register: Callable[[Goal], Awaitable[ResourceState]],
    ) -> None:
        self._config = config
        self._versions = {plugin.name: plugin.version for plugin in plugins}
        self._register = register
        self._lock = asyncio.Lock()
        self._references: dict[tuple[str, str, str], str] = {}

    async def reference(self, package: str, version: str, url: str, of: str) -> str:
        """Return the reference of the default provider for `of`, a resource or a call."""
        key = (package, version or self._versions.get(package, ""), url)
        async with self._lock:
            if key not in self._references:
                self._references[key] = await self._make(*key, of=of)
            return self._references[key]

    async def _make(self, package: str, version: str, url: str, *, of: str) -> str:
        if self._denied(package):
            raise EngineError(f"Default provider for '{package}' disabled. '{of}' must use an explicit provider.")
        state = await self._register(
            Goal(
                type=PROVIDER_TYPE_PREFIX + package,
                name=default_name(version, url),
                custom=True,
                properties=self._inputs(package, version, url),
            )
        )
        return str(ProviderReference(state.urn, state.id))

    def _inputs(self, package: str, version: str, url: str) -> Properties:
        inputs: Properties = {
            key.removeprefix(f"{package}:"): Secret(value.text) if value.secret else value.text
            for key, value in self._config.items()
            if key.startswith(f"{package}:")
        }
        return {**inputs, **self.plugin(version, url)}

    @staticmethod
    def plugin(version: str, url: str) -> Properties:
        """Return the inputs of a provider resource that say which plugin it is."""
        inputs: Properties = {}
        if version or url:
            inputs[INTERNAL_KEY] = {"pluginDownloadURL": url} if url else {}
        if version:
            inputs["version"] = version
        return inputs

    def _denied(self, package: str) -> bool:
        value = self._config.get(_DENIED)
        if value is None or not value.text:
            return False
        try:
            barred = json.loads(value.text)
        except ValueError as error:
            raise EngineError(f"the setting {_DENIED} is not a JSON list of package names: {error}") from None
        return isinstance(barred, list) and any(name in {"*", package} for name in barred)


def default_name(version: str, url: str) -> str:
    """Return the logical name of a default provider: `default_3_29_0`."""
    name = "default"
    if version:
        name += "_" + re.sub(r"[.+-]", "_", version)
    if url:
        name += "_" + re.sub(r"[^A-Za-z0-9_.]", "_", url)
    return name
