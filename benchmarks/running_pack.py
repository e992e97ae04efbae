"""The policy pack in a process of its own, asked as an engine asks it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from benchmarks.arm_template import arm_id
from benchmarks.estate import NETWORK, Id, Resource

PACK: Final = Path(__file__).parents[1] / "policies"
_UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What stands for an unknown value (pulumi/pulumi `sdk/go/common/resource/plugin/rpc.go`, 3.272)."""


@dataclass(frozen=True)
class Questions:
    """What an engine asks about a stack in a preview: each resource, then all of them."""

    resources: Sequence[analyzer_pb2.AnalyzeRequest]
    stack: analyzer_pb2.AnalyzeStackRequest


class RunningPack:
    """The pack, configured."""

    def __init__(self, port: int) -> None:
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self._stub = analyzer_pb2_grpc.AnalyzerStub(self._channel)
        policies = self._stub.GetAnalyzerInfo(empty_pb2.Empty()).policies
        config = {one.name: analyzer_pb2.PolicyConfig(enforcementLevel=one.enforcementLevel) for one in policies}
        self._stub.Configure(analyzer_pb2.ConfigureAnalyzerRequest(policyConfig=config))

    def ask(self, questions: Questions) -> float:
        """Ask everything, one after the other; return the seconds that the answers have taken."""
        begun = time.perf_counter()
        for question in questions.resources:
            self._stub.Analyze(question)
        self._stub.AnalyzeStack(questions.stack)
        return time.perf_counter() - begun

    def close(self) -> None:
        """Hang up."""
        self._channel.close()


@contextmanager
def running_pack() -> Iterator[RunningPack]:
    """Start the pack, as an engine does, and end it."""
    command = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", "."]
    with subprocess.Popen(command, cwd=PACK, env=dict(os.environ), stdout=subprocess.PIPE, text=True) as process:
        if process.stdout is None:
            raise AssertionError
        pack = RunningPack(int(process.stdout.readline()))
        try:
            yield pack
        finally:
            pack.close()
            process.terminate()


def questions(resources: Sequence[Resource]) -> Questions:
    """Return what is asked about an estate that is new: names and ids of other resources are not known yet."""
    shown = [_shown(one) for one in resources]
    return Questions(
        [
            analyzer_pb2.AnalyzeRequest(urn=one.urn, type=one.type, properties=one.properties, name=one.name)
            for one in shown
        ],
        analyzer_pb2.AnalyzeStackRequest(resources=shown),
    )


def _shown(resource: Resource) -> analyzer_pb2.AnalyzerResource:
    own, kind = resource.id, resource.id.type
    depended: dict[str, set[str]] = {}
    inputs = {"resourceGroupName": "estate", kind.names[-1]: own.path[-1]}
    settings = resource.settings
    if kind.names[:-1]:
        settings = {**settings, kind.names[0]: Id(NETWORK, own.path[:1])}
    for key, value in settings.items():
        inputs[key] = _known(value, own, depended.setdefault(key, set()))
    properties = struct_pb2.Struct()
    properties.update(inputs)
    return analyzer_pb2.AnalyzerResource(
        urn=_urn(own),
        type=kind.token,
        name="-".join(own.path),
        properties=properties,
        dependencies=sorted(set().union(*depended.values())),
        propertyDependencies={
            key: analyzer_pb2.AnalyzerPropertyDependencies(urns=sorted(urns)) for key, urns in depended.items() if urns
        },
    )


def _known(value: object, own: Id, depended: set[str]) -> Any:  # noqa: ANN401 - any value of a setting
    """Return what is known of a value before the update: of its own id everything, of others' nothing."""
    if isinstance(value, Id):
        if value.path == own.path:
            return arm_id(value)
        depended.add(_urn(value))
        return _UNKNOWN
    if isinstance(value, list):
        return [_known(item, own, depended) for item in value]
    if isinstance(value, dict):
        return {key: _known(item, own, depended) for key, item in value.items()}
    return value


def _urn(where: Id) -> str:
    return f"urn:pulumi:estate::benchmark::{where.type.token}::{'-'.join(where.path)}"
