"""The real provider process, and a client that speaks to it as an engine does."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest
from azure_sandbox.provider.protocol import provider_pb2, provider_pb2_grpc
from azure_sandbox.provider.resources import RESOURCE_TYPES, ResourceType
from azure_sandbox.provider.schema import ResourceSchema, load_schemas
from azure_sandbox.provider.wire import decode, encode

PATIENCE_SECONDS = 20


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ARM_", "AZURE_", "PULUMI_"))}
    return {**kept, "AZURE_SANDBOX": str(folder), "PULUMI_BACKEND_URL": f"file://{folder}/backend"}


def start(folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "azure_sandbox.provider", "127.0.0.1:9"]
    return subprocess.Popen(command, env=environment(folder), stdout=subprocess.PIPE, text=True)


@dataclass
class Engine:
    """What an engine asks of a provider, with plain dicts on both sides."""

    stub: provider_pb2_grpc.ResourceProviderStub

    @staticmethod
    def urn(kind: str, name: str) -> str:
        token = next(token for token in RESOURCE_TYPES if token.endswith(f":{kind}"))
        return f"urn:pulumi:dev::project::my:Component${token}::{name}"

    def configure(self, **arguments: str) -> provider_pb2.ConfigureResponse:
        variables = {f"azure-native:config:{name}": value for name, value in arguments.items()}
        answer: provider_pb2.ConfigureResponse = self.stub.Configure(
            provider_pb2.ConfigureRequest(
                variables=variables, args=encode(arguments), sends_old_inputs=True, sends_old_inputs_to_delete=True
            )
        )
        return answer

    def check_all(
        self,
        kind: str,
        name: str,
        news: dict[str, Any],
        olds: dict[str, Any] | None = None,
        autonaming: provider_pb2.CheckRequest.AutonamingOptions | None = None,
    ) -> tuple[dict[str, Any], list[str]]:
        answer = self.stub.Check(
            provider_pb2.CheckRequest(
                urn=self.urn(kind, name),
                olds=encode(olds or {}),
                news=encode(news),
                randomSeed=b"seed of " + name.encode(),
                autonaming=autonaming,
            )
        )
        return decode(answer.inputs), [failure.reason for failure in answer.failures]

    def check(self, kind: str, name: str, news: dict[str, Any], olds: dict[str, Any] | None = None) -> dict[str, Any]:
        inputs, failures = self.check_all(kind, name, news, olds)
        assert failures == []
        return inputs

    def diff(
        self, kind: str, old: dict[str, Any], new: dict[str, Any], state: dict[str, Any] | None = None
    ) -> provider_pb2.DiffResponse:
        answer: provider_pb2.DiffResponse = self.stub.Diff(
            provider_pb2.DiffRequest(
                urn=self.urn(kind, "x"), old_inputs=encode(old), news=encode(new), olds=encode(state or {})
            )
        )
        return answer

    def create(self, kind: str, name: str, inputs: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        answer = self.stub.Create(provider_pb2.CreateRequest(urn=self.urn(kind, name), properties=encode(inputs)))
        return answer.id, decode(answer.properties)

    def preview(self, kind: str, name: str, inputs: dict[str, Any]) -> dict[str, Any]:
        request = provider_pb2.CreateRequest(urn=self.urn(kind, name), properties=encode(inputs), preview=True)
        answer = self.stub.Create(request)
        assert answer.id == ""
        return decode(answer.properties)

    def update(
        self, kind: str, name: str, resource_id: str, inputs: dict[str, Any], state: dict[str, Any], *, preview: bool
    ) -> dict[str, Any]:
        request = provider_pb2.UpdateRequest(
            id=resource_id, urn=self.urn(kind, name), news=encode(inputs), olds=encode(state), preview=preview
        )
        return decode(self.stub.Update(request).properties)

    def read(
        self,
        kind: str,
        resource_id: str,
        inputs: dict[str, Any] | None = None,
        state: dict[str, Any] | None = None,
    ) -> tuple[str, dict[str, Any], dict[str, Any]]:
        answer = self.stub.Read(
            provider_pb2.ReadRequest(
                id=resource_id,
                urn=self.urn(kind, "x"),
                inputs=None if inputs is None else encode(inputs),
                properties=encode(state or {}),
            )
        )
        return answer.id, decode(answer.inputs), decode(answer.properties)

    def delete(self, kind: str, resource_id: str) -> None:
        self.stub.Delete(provider_pb2.DeleteRequest(id=resource_id, urn=self.urn(kind, "x")))

    def invoke(self, token: str, arguments: dict[str, Any]) -> dict[str, Any]:
        answer = self.stub.Invoke(provider_pb2.InvokeRequest(tok=token, args=encode(arguments)))
        return decode(getattr(answer, "return"))

    def make(self, kind: str, name: str, news: dict[str, Any]) -> tuple[str, dict[str, Any], dict[str, Any]]:
        """Check and create: id, inputs and outputs."""
        inputs = self.check(kind, name, news)
        resource_id, outputs = self.create(kind, name, inputs)
        return resource_id, inputs, outputs


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sandbox")


@pytest.fixture(scope="session")
def engine(sandbox: Path) -> Iterator[Engine]:
    """An engine with a provider that is configured for the sandbox's own subscription, and no location."""
    process = start(sandbox)
    assert process.stdout is not None
    with grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}") as channel:
        started = Engine(provider_pb2_grpc.ResourceProviderStub(channel))
        started.configure()
        yield started
    process.terminate()
    process.stdout.close()
    assert process.wait(PATIENCE_SECONDS) == 0


_numbers = itertools.count(1)


@pytest.fixture
def group(engine: Engine) -> str:
    """The name of a resource group that is this test's own."""
    inputs = engine.check(
        "ResourceGroup", "rg", {"resourceGroupName": f"rg-{next(_numbers)}", "location": "westeurope"}
    )
    engine.create("ResourceGroup", "rg", inputs)
    return str(inputs["resourceGroupName"])


@pytest.fixture
def described() -> Callable[[str], tuple[ResourceType, ResourceSchema]]:
    """Row and schema of a type, by its short name."""

    def find(kind: str) -> tuple[ResourceType, ResourceSchema]:
        token = next(token for token in RESOURCE_TYPES if token.endswith(f":{kind}"))
        return RESOURCE_TYPES[token], load_schemas()[token]

    return find
