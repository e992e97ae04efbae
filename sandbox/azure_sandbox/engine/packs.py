"""Where policy packs are and how they are started."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from .analyzer import PackAnalyzer
from .policies import Analyzer
from .policy_config import read_config
from .processes import start
from .refusals import EngineError
from .reporting import Reporter
from .request import PolicyPack, UpdateRequest
from .rpc import Peer, RpcError

_GUARDED: Final = Path(__file__).with_name("guarded.py")


@dataclass(frozen=True)
class PackProject:
    """A policy pack as its PulumiPolicy.yaml describes it."""

    root: Path
    python: Path
    program: Path
    version: str = ""


def locate(pack: PolicyPack) -> PackProject:
    """Return how a policy pack is run; EngineError where it cannot be."""
    file = pack.root / "PulumiPolicy.yaml"
    try:
        document = yaml.safe_load(file.read_text())
    except FileNotFoundError:
        raise EngineError(f"there is no policy pack in {pack.root}: it has no PulumiPolicy.yaml") from None
    except (OSError, yaml.YAMLError) as error:
        raise EngineError(f"the policy pack's {file} cannot be read: {error}") from None
    document = document if isinstance(document, dict) else {}
    runtime = document.get("runtime")
    name = runtime.get("name") if isinstance(runtime, dict) else runtime
    if name != "python":
        raise EngineError(
            f"{file}: runtime is {name!r}; the embedded engine runs policy packs in Python, the official CLI others too"
        )
    options = runtime.get("options") if isinstance(runtime, dict) else None
    environment = options.get("virtualenv") if isinstance(options, dict) else None
    if not environment:
        raise EngineError(
            f"{file}: runtime.options.virtualenv is missing; name the virtual environment that has the pack's "
            "packages, relative to the pack"
        )
    python = pack.root / str(environment) / "bin" / "python"
    if not python.exists():
        raise EngineError(
            f"the virtual environment of the policy pack {pack.root} is missing: {python} does not exist; make it "
            f"(python3 -m venv {pack.root / str(environment)}) and install the pack's packages into it"
        )
    program = pack.root / str(document.get("main") or ".")
    return PackProject(pack.root, python, program, str(document.get("version") or ""))


class Packs:
    """The policy packs of an update; they start while the program does."""

    def __init__(self, request: UpdateRequest, address: str, reporter: Reporter) -> None:
        self._request = request
        self._address = address
        self._reporter = reporter
        self._started: list[PackAnalyzer] = []
        self.analyzers: list[asyncio.Task[Analyzer]] = []

    def start(self) -> None:
        """Begin to start every pack; EngineError, before anything is started, where one cannot be."""
        packs = self._request.policy_packs
        for _ in packs:
            self._reporter.loading_pack()
        projects = [(locate(pack), pack.config) for pack in packs]
        self.analyzers += [asyncio.create_task(self._start(project, config)) for project, config in projects]

    async def wait(self) -> None:
        """Wait until every pack runs; EngineError where one does not."""
        await asyncio.gather(*self.analyzers)

    def ready(self) -> list[PackAnalyzer]:
        """Return the packs that run."""
        return list(self._started)

    async def close(self) -> None:
        """End every pack."""
        for task in self.analyzers:
            task.cancel()
        await asyncio.gather(*self.analyzers, return_exceptions=True)
        await asyncio.gather(*(pack.close() for pack in self._started))

    async def _start(self, project: PackProject, config: Path | None) -> Analyzer:
        request = self._request
        settings = None if config is None else read_config(config)
        environment = {
            **request.environment,
            "PULUMI_CONFIG": json.dumps({key: value.text for key, value in request.config.items()}),
            "PULUMI_ORGANIZATION": request.organization,
            "PULUMI_PROJECT": request.project.name,
            "PULUMI_STACK": request.stack,
            "PULUMI_DRY_RUN": "true" if request.kind == "preview" else "false",
        }
        name = f"the policy pack {project.root}"
        command = (str(project.python), "-u", str(_GUARDED), "pulumi.policy", self._address, str(project.program))

        def say(line: str) -> None:
            self._reporter.say("info#err", line)

        process = await start(name, command, environment, project.root)
        try:
            port = await process.port(say)
        except BaseException:
            await process.kill()
            raise
        analyzer = PackAnalyzer(Peer(process, port), project.root, project.version)
        self._started.append(analyzer)
        try:
            await analyzer.set_up(request, self._address, project.root, settings)
        except RpcError as error:
            raise EngineError(f"{name} cannot be set up: {error}") from None
        return analyzer
