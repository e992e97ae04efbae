"""Runs a piece of a Pulumi program against a monitor that records what it is asked to register."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pytest
from nat_egress import InvalidArguments
from pulumi.runtime import mocks, rpc, set_mocks
from pulumi.runtime.proto import resource_pb2

GROUP = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg"


@dataclass
class Registered:
    """One registration, as the engine would get it."""

    type: str
    name: str
    parent: str
    inputs: dict[str, Any]
    dependencies: set[str]
    request: Any


@dataclass
class Run:
    """What a program registered, in order, what it asked of providers, and what it returned."""

    registered: list[Registered] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any], str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    returned: list[Any] = field(default_factory=list)

    @property
    def result(self) -> Any:
        """What the program returned; an error if that never became known, so that no assertion on it is skipped."""
        (result,) = self.returned
        return result

    def one(self, kind: str, name: str) -> Registered:
        """Return the one resource of a type (its last part) and a name."""
        (found,) = [r for r in self.registered if r.type.rpartition(":")[2] == kind and r.name == name]
        return found

    def names(self, kind: str) -> list[str]:
        """Return the names of all resources of a type (its last part), in order of registration."""
        return [r.name for r in self.registered if r.type.rpartition(":")[2] == kind]


class Azure(mocks.Mocks):
    """Answers with ids and addresses as Azure would, and to get_* calls with what a test has put there."""

    def __init__(self, run: Run, existing: dict[str, dict[str, Any]]) -> None:
        self.run = run
        self.existing = existing

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        kind = args.typ.rpartition(":")[2]
        outputs = {**args.inputs, "name": args.name}
        if not pulumi.runtime.is_dry_run():
            if kind == "PublicIPPrefix":
                outputs["ipPrefix"] = f"203.0.113.0/{int(args.inputs['prefixLength'])}"
            if kind == "PublicIPAddress":
                outputs["ipAddress"] = "198.51.100.7"
            if kind == "NetworkInterface":
                configurations = args.inputs.get("ipConfigurations", [])
                outputs["ipConfigurations"] = [{**one, "privateIPAddress": "10.0.0.4"} for one in configurations]
            if kind == "VirtualMachine" and "identity" in args.inputs:
                outputs["identity"] = _identity(args.inputs["identity"], f"principal-of-{args.name}")
            if kind == "RandomPassword":
                outputs["result"] = f"Generated-{args.name}"
            if kind == "BastionHost":
                outputs["dnsName"] = "bst-1.bastion.azure.com"
        network = f"{GROUP}/providers/Microsoft.Network"
        if kind == "Subnet":
            place = f"virtualNetworks/{args.inputs['virtualNetworkName']}/subnets/{args.inputs['subnetName']}"
            return f"{network}/{place}", outputs
        return f"{network}/{kind[0].lower()}{kind[1:]}s/{args.name}", outputs

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        self.run.calls.append((args.token, args.args, args.provider))
        names = [value for key, value in args.args.items() if key.endswith("Name") and key != "resourceGroupName"]
        (found,) = [self.existing[name] for name in names if name in self.existing]
        return found, []


def _identity(asked: dict[str, Any], principal: str) -> dict[str, Any]:
    answer = {**asked, "userAssignedIdentities": {id_: {} for id_ in asked.get("userAssignedIdentities", ())}}
    return {**answer, "principalId": principal} if "SystemAssigned" in asked["type"] else answer


class Recorder(mocks.MockMonitor):
    """A monitor that keeps every registration whole."""

    def __init__(self, run: Run, azure: Azure) -> None:
        super().__init__(azure)
        self.run = run

    def RegisterResource(self, request: resource_pb2.RegisterResourceRequest) -> Any:  # noqa: N802 - the protocol's name
        if request.type != "pulumi:pulumi:Stack":
            self.run.registered.append(
                Registered(
                    request.type,
                    request.name,
                    _name(request.parent),
                    rpc.deserialize_properties(request.object),
                    {_name(urn) for urn in request.dependencies},
                    request,
                )
            )
        return super().RegisterResource(request)


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]


class Runner:
    """Runs a function as a Pulumi program, and returns what came of it. `last` is that also where the program failed.

    What a program returns, also an Output, is in `Run.result`.
    """

    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        self.caplog = caplog
        self.last = Run()

    def __call__(
        self, program: Callable[[], Any], *, preview: bool = False, existing: dict[str, dict[str, Any]] | None = None
    ) -> Run:
        run = self.last = Run()
        azure = Azure(run, existing or {})
        pulumi.runtime.set_all_config({})
        set_mocks(azure, project="project", stack="stack", preview=preview, monitor=Recorder(run, azure))
        self.caplog.clear()

        @pulumi.runtime.test
        def main() -> pulumi.Output[None]:
            return pulumi.Output.from_input(program()).apply(run.returned.append)

        try:
            main()
        finally:
            run.warnings.extend(record.message for record in self.caplog.records if record.levelname == "WARNING")
        return run


@pytest.fixture(scope="session", autouse=True)
def _quiet_asyncio() -> None:
    """Leave out what asyncio says of futures that nobody awaits after a refusal, as Pulumi's own runner does."""
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)


@pytest.fixture
def run(caplog: pytest.LogCaptureFixture) -> Runner:
    return Runner(caplog)


@pytest.fixture
def rejected(run: Runner) -> Callable[[Callable[[], Any]], list[str]]:
    """Run a program that must be refused before it registers anything, and return the lines of what is wrong."""

    def refused(program: Callable[[], Any]) -> list[str]:
        with pytest.raises(InvalidArguments) as caught:
            run(program)
        assert run.last.registered == []
        return [str(problem) for problem in caught.value.problems]

    return refused
