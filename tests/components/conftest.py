"""Runs a piece of a Pulumi program with the harness that users have, and shows what it registered to these tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from nat_egress import InvalidArguments
from nat_egress.testing import is_known
from nat_egress.testing.answers import Asked, AzureAnswers
from nat_egress.testing.recording import Recording, prepare
from nat_egress.testing.resource import Call, Resource
from pulumi.runtime import rpc


@dataclass
class Registered:
    """One registration, its inputs as the SDK reads them."""

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


OUTPUTS = {
    "PublicIPPrefix": lambda asked: _after(asked, ipPrefix=f"203.0.113.0/{asked.inputs['prefixLength']}"),
    "PublicIPAddress": lambda asked: _after(asked, ipAddress="198.51.100.7"),
    "NetworkInterface": lambda asked: _after(
        asked,
        ipConfigurations=[{**one, "privateIPAddress": "10.0.0.4"} for one in asked.inputs.get("ipConfigurations", [])],
    ),
    "BastionHost": lambda asked: _after(asked, dnsName="bst-1.bastion.azure.com"),
}
"""The addresses that these tests name."""


def _after(asked: Asked, **outputs: Any) -> dict[str, Any]:
    return {} if asked.preview else outputs


class Runner:
    """Runs a function as a Pulumi program, and returns what came of it. `last` is that also where the program failed.

    What a program returns, also an Output, is in `Run.result`.
    """

    def __init__(self) -> None:
        self.last = Run()

    def __call__(
        self, program: Callable[[], Any], *, preview: bool = False, existing: dict[str, dict[str, Any]] | None = None
    ) -> Run:
        recording = prepare(program, preview=preview, answers=Existing(existing or {}))
        try:
            recording.run()
        finally:
            self.last = _read(recording)
        return self.last


class Existing(AzureAnswers):
    """Answers to get_* calls with what a test has put under the name that is asked for."""

    def __init__(self, existing: dict[str, dict[str, Any]]) -> None:
        super().__init__(outputs=OUTPUTS)
        self.existing = existing

    def invoke(self, call: Call) -> dict[str, Any]:
        names = [value for key, value in call.arguments.items() if key.endswith("Name") and key != "resourceGroupName"]
        (found,) = [self.existing[name] for name in names if name in self.existing]
        return found


def _read(recording: Recording) -> Run:
    graph = recording.graph
    return Run(
        [_registered(one) for one in graph.resources],
        [(call.token, dict(call.arguments), call.provider) for call in graph.calls],
        graph.warnings,
        [graph.result] if is_known(graph.result) else [],
    )


def _registered(one: Resource) -> Registered:
    return Registered(
        one.type,
        one.name,
        _name(one.parent),
        rpc.deserialize_properties(one.request.object, keep_unknowns=True),
        {_name(urn) for urn in one.dependencies},
        one.request,
    )


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]


@pytest.fixture
def run() -> Runner:
    return Runner()


@pytest.fixture
def rejected(run: Runner) -> Callable[[Callable[[], Any]], list[str]]:
    """Run a program that must be refused before it registers anything, and return the lines of what is wrong."""

    def refused(program: Callable[[], Any]) -> list[str]:
        with pytest.raises(InvalidArguments) as caught:
            run(program)
        assert run.last.registered == []
        return [str(problem) for problem in caught.value.problems]

    return refused
