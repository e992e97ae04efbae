"""The processes that an update starts, each in a group of its own so that none of its children is left behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from .refusals import EngineError

PORT_SECONDS: Final = 60.0
"""How long a process may take to say where it listens."""
GRACE_SECONDS: Final = 5.0
"""How long a process that was asked to end may take (pulumi/pulumi `pkg/resource/plugin/plugin.go`: 5 s too)."""
_POLL_SECONDS: Final = 0.01
_LAST_WORDS: Final = 20
_LAST_WORDS_SECONDS: Final = 1.0
_LINE_LIMIT: Final = 16 * 1024 * 1024


class Process:
    """A child process whose output is read line by line for as long as it runs."""

    def __init__(self, name: str, process: asyncio.subprocess.Process) -> None:
        self.name = name
        self.last_words: deque[str] = deque(maxlen=_LAST_WORDS)
        self._process = process
        self._readers: list[asyncio.Task[None]] = []

    @property
    def running(self) -> bool:
        """Whether the process has not ended."""
        return self._process.returncode is None

    def follow(self, on_output: Callable[[str], None], on_error: Callable[[str], None]) -> None:
        """Hand every further line of the process's output to the two functions."""
        self._readers = [
            asyncio.create_task(self._read(self._process.stdout, on_output)),
            asyncio.create_task(self._read(self._process.stderr, on_error)),
        ]

    async def port(self, on_error: Callable[[str], None]) -> int:
        """Return the port that the process prints as its first line, and follow what else it says."""
        self._readers = [asyncio.create_task(self._read(self._process.stderr, on_error))]
        stdout = self._process.stdout
        if stdout is None:
            raise EngineError(f"{self.name} has no output to read its port from")
        try:
            async with asyncio.timeout(PORT_SECONDS):
                line = (await stdout.readline()).decode(errors="replace").strip()
        except TimeoutError:
            await self.kill()
            raise EngineError(f"{self.name} did not say within {PORT_SECONDS:.0f} s where it listens") from None
        if not line.isdigit():
            await self.stop()
            said = f" It said: {line}" if line else ""
            raise EngineError(f"{self.name} did not start: {self.obituary()}.{said}")
        self._readers.append(asyncio.create_task(self._read(stdout, on_error)))
        return int(line)

    def obituary(self) -> str:
        """Return how the process has ended, and what it said last."""
        code = self._process.returncode
        if code is None:
            return "it is still running"
        how = f"it was ended by signal {signal.Signals(-code).name}" if code < 0 else f"it ended with status {code}"
        words = "\n  ".join(self.last_words)
        return f"{how}; its last words:\n  {words}" if words else how

    async def wait(self) -> int:
        """Wait until the process has ended and all it said was read; return its exit status."""
        code = await self._end()
        if self._readers:
            # A grandchild may hold the pipes open for ever.
            await asyncio.wait(self._readers, timeout=GRACE_SECONDS)
        return code

    async def stop(self) -> None:
        """Ask the process to end, then make it."""
        self._signal(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE_SECONDS):
                await self._end()
        await self.kill()

    def interrupt(self) -> None:
        """Tell the process what Ctrl-C would tell it."""
        self._signal(signal.SIGINT)

    async def kill(self) -> None:
        """End the process and all its children at once."""
        self._signal(signal.SIGKILL)
        await self._end()
        if self._readers:
            # Its last words may still be in the pipes; who has left the group may hold these open for ever.
            await asyncio.wait(self._readers, timeout=_LAST_WORDS_SECONDS)
        for reader in self._readers:
            reader.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)

    async def _end(self) -> int:
        # asyncio's own wait also waits for the pipes to be closed (python/cpython#119710, mended in July 2026).
        while (code := self._process.returncode) is None:
            await asyncio.sleep(_POLL_SECONDS)
        return code

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    async def _read(self, stream: asyncio.StreamReader | None, on_line: Callable[[str], None]) -> None:
        while stream is not None and (raw := await stream.readline()):
            line = raw.decode(errors="replace").rstrip("\r\n")
            self.last_words.append(line)
            on_line(line)


async def start(name: str, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> Process:
    """Start a process in a group of its own; EngineError where it cannot be started."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=folder,
            env=dict(environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            limit=_LINE_LIMIT,
        )
    except OSError as error:
        raise EngineError(f"{name} cannot be started: {error.strerror}: {error.filename or command[0]}") from error
    return Process(name, process)
