"""The official CLI and this package read and write each other's stacks, and heed each other's locks: S3, Azure."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import Any

import pytest
from nat_egress.state import LockedError, Passphrase, StackReference, StackStore, UpdateRecord, outputs_of
from nat_egress.state.model import ResourceState
from nat_egress.state.store import ROOT_TYPE
from nat_egress.state.values import Secret
from nat_egress.state.workspace import open_backend

pytestmark = [
    pytest.mark.cli,
    pytest.mark.process,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="pulumi CLI not on PATH"),
]

PASSPHRASE = "correct horse"
PROGRAM = """
name: shop
runtime: yaml
variables:
  hidden:
    fn::secret: hush
outputs:
  address: 192.0.2.1
  word: ${hidden}
"""


class Cli:
    def __init__(self, folder, url):
        self.folder = folder
        (folder / "Pulumi.yaml").write_text(PROGRAM)
        self.environment = {
            **os.environ,
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_BACKEND_URL": url,
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }

    def run(self, *arguments, **environment):
        return subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=self.folder,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def __call__(self, *arguments, **environment):
        done = self.run(*arguments, **environment)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def up(self, **environment):
        return self("up", "--yes", "--skip-preview", "--stack", "dev", **environment)


@dataclass(frozen=True)
class Place:
    """A folder where states are kept."""

    service: Any
    url: str
    folder: str
    """As the service's names begin."""
    shown: str
    """As messages have it."""

    def objects(self):
        return {key.removeprefix(self.folder): content for key, content in self.service.objects().items()}

    def put(self, key, content):
        self.service.put(self.folder + key, content)

    def delete(self, key):
        self.service.delete(self.folder + key)


@pytest.fixture(params=["s3", "key", "token", "string"])
def place(request):
    if request.param == "s3":
        service = request.getfixturevalue("s3")
        return Place(service, service.url("states/of/team", awssdk="v2"), "of/team/", "s3://states/of/team/")
    service, azure = request.getfixturevalue("azblob"), request.getfixturevalue("azure")
    if request.param != "key":
        azure.delenv("AZURE_STORAGE_KEY")
    if request.param == "token":
        azure.setenv("AZURE_STORAGE_SAS_TOKEN", service.token())
    if request.param == "string":
        azure.setenv("AZURE_STORAGE_CONNECTION_STRING", service.connection_string())
    # What gocloud.dev escapes is in it, and what looks as if it had been.
    url = service.url("states/of/50%25%20of__0x2f__team..")
    shown = "azblob://states/of/50% of__0x2f__team../"
    return Place(service, url, "of/50__0x25__ of__0x5f___0x2f__team..__0x2f__", shown)


@pytest.fixture
def url(place):
    return place.url


@pytest.fixture
def cli(tmp_path, url):
    return Cli(tmp_path, url)


def store(url, stack="dev"):
    return StackStore(open_backend(url), StackReference("shop", stack), Passphrase(PASSPHRASE))


def ours(url, address, stack="prod"):
    """Keep a stack with one output as an update of ours does."""
    kept = store(url, stack)
    kept.create()
    snapshot = kept.load()
    outputs = {"address": address, "word": Secret("hush")}
    snapshot.resources.append(ResourceState(f"urn:pulumi:{stack}::shop::{ROOT_TYPE}::shop-{stack}", ROOT_TYPE))
    snapshot.resources[0].outputs = outputs
    kept.backend.write(kept.reference, kept.writer(snapshot).render(snapshot))
    kept.backend.record(kept.reference, UpdateRecord("update", 1, 2, succeeded=True, resource_changes={"create": 1}))
    return kept


@pytest.mark.parametrize("gzip_", ["false", "true"])
def test_a_stack_of_the_cli_is_read_and_written_on(cli, url, place, gzip_):
    cli("stack", "init", "dev", PULUMI_DIY_BACKEND_GZIP=gzip_)
    cli.up(PULUMI_DIY_BACKEND_GZIP=gzip_)
    kept = store(url)
    suffix = ".json.gz" if gzip_ == "true" else ".json"
    assert kept.backend.place(kept.reference) == f"{place.shown}.pulumi/stacks/shop/dev{suffix}"
    assert kept.backend.stacks("shop") == ["dev"]
    snapshot = kept.load()
    assert outputs_of(snapshot) == {"address": "192.0.2.1", "word": Secret("hush")}
    snapshot.resources = [
        ResourceState(each.urn, each.type, outputs={**each.outputs, "address": "192.0.2.2"})
        if each.type == ROOT_TYPE
        else each
        for each in snapshot.resources
    ]
    kept.backend.write(kept.reference, kept.writer(snapshot).render(snapshot))
    said = json.loads(cli("stack", "output", "--json", "--show-secrets", "--stack", "dev"))
    assert said == {"address": "192.0.2.2", "word": "hush"}
    cli.up(PULUMI_DIY_BACKEND_GZIP=gzip_)
    assert outputs_of(store(url).load())["address"] == "192.0.2.1"


def test_a_stack_of_ours_is_read_and_written_on_by_the_cli(cli, url, place):
    ours(url, "192.0.2.9")
    listed = json.loads(cli("stack", "ls", "--json"))
    assert [each["name"] for each in listed] == ["prod"]
    said = json.loads(cli("stack", "output", "--json", "--show-secrets", "--stack", "prod"))
    assert said == {"address": "192.0.2.9", "word": "hush"}
    (update,) = json.loads(cli("stack", "history", "--json", "--stack", "prod"))
    assert (update["kind"], update["result"], update["resourceChanges"]) == ("update", "succeeded", {"create": 1})
    (root,) = json.loads(cli("stack", "export", "--stack", "prod"))["deployment"]["resources"]
    assert root["outputs"]["address"] == "192.0.2.9"
    cli("up", "--yes", "--skip-preview", "--stack", "prod", PULUMI_DIY_BACKEND_GZIP="true")
    kept = store(url, "prod")
    assert kept.backend.place(kept.reference).endswith("prod.json.gz")
    assert outputs_of(kept.load())["address"] == "192.0.2.1"
    assert gzip.decompress(place.objects()[".pulumi/stacks/shop/prod.json.gz"])


def test_locks_of_ours_hold_the_cli_back_and_it_clears_them(cli, url):
    kept = ours(url, "192.0.2.9", "dev")
    with kept.backend.lock(kept.reference):
        (lock,) = kept.backend.locks(kept.reference)
        done = cli.run("up", "--yes", "--skip-preview", "--stack", "dev")
        assert done.returncode != 0
        assert "the stack is currently locked by 1 lock(s)" in done.stdout + done.stderr
        assert f"created by {lock.username}@{lock.hostname} (pid {lock.pid})" in done.stdout + done.stderr
        cli("cancel", "--yes", "--stack", "dev")
        assert kept.backend.locks(kept.reference) == []


def test_a_lock_of_the_cli_holds_ours_back(cli, url, place):
    kept = ours(url, "192.0.2.9", "dev")
    left = {"pid": 4711, "username": "ci", "hostname": "runner", "timestamp": "2026-08-01T10:00:00.123456789+02:00"}
    place.put(".pulumi/locks/organization/shop/dev/0b5a.json", json.dumps(left).encode())
    assert "created by ci@runner (pid 4711)" in cli.run("up", "--yes", "--skip-preview", "--stack", "dev").stderr
    with pytest.raises(LockedError, match=r"created by ci@runner \(pid 4711\) at 2026-08-01T10:00:00"):
        kept.backend.lock(kept.reference).__enter__()
    assert kept.backend.unlock(kept.reference) == 1
    cli("up", "--yes", "--skip-preview", "--stack", "dev")


def test_the_new_backend_of_either_is_the_others(cli, url, place):
    ours(url, "192.0.2.9")
    meta = place.objects()[".pulumi/meta.yaml"]
    place.delete(".pulumi/meta.yaml")
    cli("stack", "ls", "--json")
    assert place.objects()[".pulumi/meta.yaml"] == meta
