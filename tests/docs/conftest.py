"""A folder in which every command of the documentation finds what it names."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from nat_egress.state import checkpoint
from nat_egress.state.model import ResourceState, Snapshot

from tests.components.publishing.states import URN, gateway, prefix
from tests.docs.blocks import ROOT, all_blocks

REGION = "eu-central-1"
LIST = "pl-0123456789abcdef0"
CHECKPOINT = ".pulumi/stacks/private-egress/prod.json"
TRACE = """\
start_s,source,source_port,destination,port,protocol,life_s,end
20,10.0.0.4,50000,198.51.100.7,443,tcp,60,fin
40,10.0.0.4,50001,198.51.100.7,443,tcp,60,fin
"""


@pytest.fixture(scope="session")
def _service() -> Iterator[str]:
    """AWS on this machine: its endpoint."""
    from moto.server import ThreadedMotoServer  # noqa: PLC0415

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, _service: str) -> Iterator[Path]:
    """A copy of what commands name, states in a folder and in S3, and a prefix list in EC2."""
    for name in ("docs", "policies", "stacks"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "Pulumi.yaml", tmp_path)
    (tmp_path / "reports").mkdir()
    (tmp_path / "connections.csv").write_text(TRACE)
    (tmp_path / "state.json").write_text(json.dumps({"version": 3, "deployment": _deployment()}))
    (configuration,) = [one for one in all_blocks() if one.page == "docs/policy-reports.md" and one.language == "json"]
    (tmp_path / "policies" / "estate.json").write_text(configuration.text)
    (tmp_path / "policies" / "known.json").write_text('{"version": 1, "findings": []}')
    path = tmp_path / "home" / "states" / CHECKPOINT
    path.parent.mkdir(parents=True)
    kept = {"version": 3, "checkpoint": {"stack": "organization/private-egress/prod", "latest": _deployment()}}
    path.write_text(json.dumps(kept))
    (tmp_path / "aws-config").write_text(f"[profile ops]\nregion = {REGION}\n")
    (tmp_path / "aws-credentials").write_text("[ops]\naws_access_key_id = AKIAOPS\naws_secret_access_key = x\n")
    for name in [name for name in os.environ if name.startswith(("AWS_", "PULUMI_"))]:
        monkeypatch.delenv(name)
    settings = {
        "HOME": str(tmp_path / "home"),
        "PULUMI_BACKEND_URL": f"file://{tmp_path}/home/states",
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": str(tmp_path / "aws-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "aws-credentials"),
        "AWS_ENDPOINT_URL": _service,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    requests.post(f"{_service}/moto-api/reset", timeout=10).raise_for_status()
    with _in_aws(json.dumps(kept)):
        yield tmp_path


@pytest.fixture
def container(place: Path, azblob: Any, azure: pytest.MonkeyPatch) -> None:
    """The same state in a container on Azure Blob Storage."""
    azblob.put(CHECKPOINT, (place / "home" / "states" / CHECKPOINT).read_bytes())
    azure.setenv("AZURE_STORAGE_DOMAIN", azblob.domain)
    azure.setenv("AZURE_STORAGE_PROTOCOL", "http")
    azure.setenv("AZURE_STORAGE_IS_LOCAL_EMULATOR", "true")


@contextmanager
def _in_aws(state: str) -> Iterator[None]:
    import boto3  # noqa: PLC0415
    from moto.core import DEFAULT_ACCOUNT_ID  # noqa: PLC0415
    from moto.ec2.models import ec2_backends  # noqa: PLC0415

    s3 = boto3.Session().client("s3")
    for bucket in ("states", "partners"):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="states", Key=CHECKPOINT, Body=state)
    backend = ec2_backends[DEFAULT_ACCOUNT_ID][REGION]
    made = backend.create_managed_prefix_list("IPv4", [], "20", "others")
    del backend.managed_prefix_lists[made.id]
    made.id = LIST
    made.add_tags({"nat-egress:stack": "private-egress/prod"})
    backend.managed_prefix_lists[LIST] = made
    yield
    # It makes each reset of moto's S3 slower.
    ec2_backends[DEFAULT_ACCOUNT_ID].pop(REGION)


def _deployment() -> dict[str, Any]:
    partners = prefix("partners", "203.0.113.0/29")
    partners.outputs["prefixLength"] = 29
    stack = ResourceState(f"{URN}pulumi:pulumi:Stack::shop-prod", "pulumi:pulumi:Stack")
    found = checkpoint.dump(Snapshot([stack, partners, gateway("egress", partners)]), lambda _secret, text: {})
    return dict(json.loads(json.dumps(found).replace("prod::shop::", "prod::private-egress::")))
