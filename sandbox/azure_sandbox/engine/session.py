"""The parts of one update, put together, and the server through which its processes speak to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import grpc.aio
from nat_egress.state.values import Secret
from pulumi.runtime.proto import engine_pb2_grpc, resource_pb2_grpc

from .applying import Applier
from .callbacks import Callbacks
from .deployment import Deployment
from .engine_service import EngineService
from .events import Event
from .executor import Executor
from .generator import Generator
from .hooks import Hooks
from .journal import Journal, Ledger
from .launching import Launcher
from .monitor import Monitor
from .packs import Packs
from .policies import Policies
from .processes import Process
from .program import end_program, start_program
from .registry import Registry
from .reporting import Reporter
from .request import UpdateRequest
from .rpc import OPTIONS


class Session:
    """What one update is made of."""

    def __init__(self, request: UpdateRequest, emit: Callable[[Event], None]) -> None:
        self.request = request
        self.preview = request.preview
        self.reporter = Reporter(emit, refreshing=request.kind == "refresh" and not request.goes_on)
        # The rows change while the update runs; those of the request are its caller's.
        self.base = replace(request.snapshot, resources=[replace(row) for row in request.snapshot.resources])
        self._hide_secrets()
        self._server = grpc.aio.server(options=OPTIONS)
        self.address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self._engine = EngineService(self.reporter)
        self._callbacks = Callbacks()
        self.launcher = Launcher(
            request.plugins,
            request.environment,
            request.project.root,
            self.address,
            lambda line: self.reporter.say("info#err", line),
        )
        registry = Registry(self.launcher, self.base.resources, preview=self.preview)
        self.packs = Packs(request, self.address, self.reporter)
        self._policies = policies = Policies(self.packs.analyzers, self.reporter, preview=self.preview)
        self.ledger = Ledger(self.base)
        hooks = Hooks(self._callbacks, self.reporter, preview=self.preview)
        generator = Generator(
            stack=request.stack,
            project=request.project.name,
            old=self.base.resources,
            registry=registry,
            policies=policies,
            reporter=self.reporter,
            preview=self.preview,
        )
        self.applier = Applier(registry, hooks, self.reporter, preview=self.preview)
        self.executor = Executor(
            applier=self.applier,
            generator=generator,
            ledger=self.ledger,
            journal=None if self.preview else Journal(self.ledger, request.save),
            reporter=self.reporter,
            parallel=request.parallel,
        )
        self.deployment = Deployment(generator, self.executor, policies, self.reporter)
        self.monitor = Monitor(request, self.deployment, registry, hooks, self._callbacks, address=self.address)
        self._program: Process | None = None
        self.hurry = False
        """Whether nothing is to be waited for at the end."""

    async def open(self) -> None:
        """Begin to serve."""
        engine_pb2_grpc.add_EngineServicer_to_server(self._engine, self._server)
        resource_pb2_grpc.add_ResourceMonitorServicer_to_server(self.monitor, self._server)
        await self._server.start()

    async def start_program(self) -> Process:
        """Start the program."""
        self._program = await start_program(self.request, self.address, self.reporter)
        return self._program

    async def close(self) -> None:
        """Let the program go, and end every process and connection of the update."""
        self._engine.listening = False
        self.deployment.close()
        await self._callbacks.close()
        self.monitor.shut_down()
        if self._program is not None:
            await end_program(self._program, hurry=self.hurry)
        await self._policies.close()
        # First those who call, then what they call: a plugin would complain of a server that hangs up.
        await asyncio.gather(self.launcher.close(), self.packs.close())
        await self._server.stop(grace=None)

    def _hide_secrets(self) -> None:
        for value in self.request.config.values():
            if value.secret:
                self.reporter.hide(Secret(value.text))
        for row in self.base.resources:
            self.reporter.hide(row.inputs)
            self.reporter.hide(row.outputs)
