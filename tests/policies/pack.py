"""The policy pack as the engine has it: a process of its own, spoken to over gRPC."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from tests.policies.corpus import Resource

PACK = Path(__file__).parents[2] / "policies"


@dataclass(frozen=True)
class Said:
    """What the pack says of a resource or a stack."""

    policy: str
    level: str
    urn: str
    message: str


class RunningPack:
    """The pack in a process of its own."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", "."],
            cwd=PACK,
            env={
                **os.environ,
                "PULUMI_PROJECT": "corpus",
                "PULUMI_STACK": "corpus",
                "PULUMI_DRY_RUN": "true",
                **(environment or {}),
            },
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self._channel = grpc.insecure_channel(f"127.0.0.1:{int(self._process.stdout.readline())}")
        self._stub = analyzer_pb2_grpc.AnalyzerStub(self._channel)
        self.information = self._stub.GetAnalyzerInfo(empty_pb2.Empty())

    def begin(self, *, preview: bool) -> None:
        """Say which stack it is, as an engine does, and whether this is a preview."""
        self._stub.ConfigureStack(
            analyzer_pb2.AnalyzerStackConfigureRequest(
                organization="organization", project="corpus", stack="dev", dry_run=preview
            )
        )

    def configure(self, properties: dict[str, dict[str, Any]], levels: dict[str, int] | None = None) -> None:
        """Configure every policy, as an engine does: those that nothing is said about at their own levels."""
        config = {}
        for policy in self.information.policies:
            level = (levels or {}).get(policy.name, policy.enforcementLevel)
            config[policy.name] = analyzer_pb2.PolicyConfig(
                enforcementLevel=level, properties=struct(properties.get(policy.name, {}))
            )
        for name in properties.keys() - config.keys():
            config[name] = analyzer_pb2.PolicyConfig(properties=struct(properties[name]))
        self._stub.Configure(analyzer_pb2.ConfigureAnalyzerRequest(policyConfig=config))

    def analyze(self, resource: Resource) -> list[Said]:
        """Show a resource to the pack."""
        request = analyzer_pb2.AnalyzeRequest(
            urn=resource.urn,
            type=resource.type,
            name=resource.name,
            properties=struct(resource.inputs),
            options=analyzer_pb2.AnalyzerResourceOptions(parent=resource.parent),
        )
        return [_said(one, resource.urn) for one in self._stub.Analyze(request).diagnostics]

    def analyze_stack(self, resources: Iterable[Resource]) -> list[Said]:
        """Show the stack to the pack."""
        request = analyzer_pb2.AnalyzeStackRequest(
            resources=[
                analyzer_pb2.AnalyzerResource(
                    urn=one.urn,
                    type=one.type,
                    name=one.name,
                    properties=struct(one.outputs),
                    options=analyzer_pb2.AnalyzerResourceOptions(parent=one.parent),
                    parent=one.parent,
                    dependencies=sorted({urn for urns in one.property_dependencies.values() for urn in urns}),
                    propertyDependencies={
                        key: analyzer_pb2.AnalyzerPropertyDependencies(urns=urns)
                        for key, urns in one.property_dependencies.items()
                    },
                )
                for one in resources
            ]
        )
        return [_said(one, one.urn) for one in self._stub.AnalyzeStack(request).diagnostics]

    def everything(self, resources: list[Resource]) -> list[Said]:
        """Show each resource, then the stack, as an engine does."""
        return [*(said for one in resources for said in self.analyze(one)), *self.analyze_stack(resources)]

    def close(self) -> None:
        """End the process."""
        self._channel.close()
        self._process.terminate()
        self._process.wait(timeout=10)


def struct(properties: dict[str, Any]) -> struct_pb2.Struct:
    """Return properties as the protocol carries them."""
    found = struct_pb2.Struct()
    found.update(properties)
    return found


def _said(item: analyzer_pb2.AnalyzeDiagnostic, urn: str) -> Said:
    return Said(item.policyName, analyzer_pb2.EnforcementLevel.Name(item.enforcementLevel), urn, item.message)
