"""Starting providers: one process for each provider resource, the first of each plugin before anybody asks for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from .processes import start
from .providers import Provider
from .refusals import EngineError, no_provider
from .request import Plugin
from .rpc import Peer, RpcError


class Launcher:
    """Starts providers, and ends every one it has started."""

    def __init__(
        self,
        plugins: Iterable[Plugin],
        environment: Mapping[str, str],
        folder: Path,
        engine_address: str,
        say: Callable[[str], None],
    ) -> None:
        self._plugins = tuple(plugins)
        self._environment = environment
        self._folder = folder
        self._engine_address = engine_address
        self._say = say
        self._early: dict[str, asyncio.Task[Provider]] = {}
        self._started: list[Provider] = []

    def start_early(self, packages: Iterable[str]) -> None:
        """Begin to start a provider for each of `packages` that there is a plugin for."""
        for plugin in self._plugins:
            if plugin.name in packages and plugin.name not in self._early:
                self._early[plugin.name] = asyncio.create_task(self._start(plugin))

    async def provider(self, package: str, of: str) -> Provider:
        """Return a provider of `package` that nobody else uses; `of` is what needs it."""
        early = self._early.pop(package, None)
        if early is not None:
            return await early
        for plugin in self._plugins:
            if plugin.name == package:
                return await self._start(plugin)
        raise no_provider(package, of, tuple(plugin.name for plugin in self._plugins))

    async def cancel(self) -> None:
        """Ask every provider to give up what it is doing."""
        await asyncio.gather(*(provider.cancel() for provider in self._started))

    async def close(self) -> None:
        """End every provider."""
        early = list(self._early.values())
        for task in early:
            task.cancel()
        await asyncio.gather(*early, return_exceptions=True)
        await asyncio.gather(*(provider.close() for provider in self._started))

    async def _start(self, plugin: Plugin) -> Provider:
        name = f"the provider {plugin.name} {plugin.version}".rstrip()
        process = await start(name, (*plugin.command, self._engine_address), self._environment, self._folder)
        try:
            port = await process.port(self._say)
        except BaseException:
            await process.kill()
            raise
        provider = Provider(plugin.name, Peer(process, port))
        self._started.append(provider)
        try:
            await provider.shake_hands(self._engine_address, str(self._folder))
        except RpcError as error:
            raise EngineError(f"{name} did not shake hands: {error}") from None
        return provider
