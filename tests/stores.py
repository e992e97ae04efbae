"""Where states are kept, on this machine: an S3, and an Azure Blob Storage where Azurite is installed."""

from __future__ import annotations

import base64
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlencode

import pytest
import requests

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


@dataclass(frozen=True)
class S3Service:
    """An S3 on this machine, with an empty bucket `states`."""

    endpoint: str
    client: Any
    """A client of the test's own."""

    def url(self, place: str = "states", **parameters: str) -> str:
        """Return a backend's URL; parameters may replace the ones that it has."""
        query = {"region": "us-east-1", "endpoint": self.endpoint, "s3ForcePathStyle": "true", **parameters}
        return f"s3://{place}?{urlencode({name: value for name, value in query.items() if value})}"

    def objects(self, bucket: str = "states") -> dict[str, bytes]:
        """Return all that is in a bucket."""
        found = self.client.list_objects_v2(Bucket=bucket).get("Contents", [])
        return {one["Key"]: self.client.get_object(Bucket=bucket, Key=one["Key"])["Body"].read() for one in found}

    def put(self, name: str, content: bytes) -> None:
        """Put an object into `states`."""
        self.client.put_object(Bucket="states", Key=name, Body=content)

    def delete(self, name: str) -> None:
        """Take an object out of `states`."""
        self.client.delete_object(Bucket="states", Key=name)

    def tell(self, path: str, body: str = "") -> None:
        """Set the service itself."""
        requests.post(f"{self.endpoint}/moto-api/{path}", body, timeout=10).raise_for_status()


@pytest.fixture(scope="session")
def _s3_service() -> Iterator[S3Service]:
    # A second and a half, which tests without S3 don't wait for.
    import boto3  # noqa: PLC0415
    from moto.server import ThreadedMotoServer  # noqa: PLC0415

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    session = boto3.Session("AKIAIOSFODNN7EXAMPLE", SECRET, region_name="us-east-1")
    yield S3Service(endpoint, session.client("s3", endpoint_url=endpoint))
    server.stop()


@pytest.fixture(scope="session")
def _aws_descriptions() -> Iterator[None]:
    """Read botocore's descriptions of services once, and not for each session: half a second each time."""
    from botocore.loaders import JSONFileLoader  # noqa: PLC0415

    read = JSONFileLoader.load_file
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JSONFileLoader, "load_file", lambda _self, path: once(path))
        once = cache(lambda path: read(JSONFileLoader(), path))
        yield


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Any, _aws_descriptions: None) -> pytest.MonkeyPatch:
    """Take away the AWS credentials and configuration of whoever runs the tests, and give those of a test."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    settings = {
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_CONFIG_FILE": str(tmp_path / "aws-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "aws-credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
        "NO_PROXY": "127.0.0.1",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


@pytest.fixture
def s3(aws: pytest.MonkeyPatch, _s3_service: S3Service) -> S3Service:
    """An S3 on this machine."""
    _s3_service.tell("reset")
    _s3_service.client.create_bucket(Bucket="states")
    return _s3_service


AZURITE = Path(__file__).parent / "azurite" / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js"
REQUIRED = "AZURITE"
"""Set to `required` where these tests must run, as in CI: what would skip them then fails them."""
ACCOUNT = "teamstates"
ACCOUNT_KEY = base64.b64encode(secrets.token_bytes(64)).decode()


@dataclass(frozen=True)
class AzblobService:
    """An Azure Blob Storage on this machine, with an empty container `states`."""

    domain: str
    client: Any
    """A client of the test's own for the account."""

    def url(self, place: str = "states", **parameters: str) -> str:
        """Return a backend's URL; parameters may replace the ones that it has."""
        query = {"storage_account": ACCOUNT, "domain": self.domain, "protocol": "http", "localemu": "true"} | parameters
        return f"azblob://{place}?{urlencode({name: value for name, value in query.items() if value})}"

    def connection_string(self, **parts: str) -> str:
        """Return a connection string; parts may replace the ones that it has."""
        given = {"BlobEndpoint": f"http://{self.domain}/{ACCOUNT}", "AccountName": ACCOUNT, "AccountKey": ACCOUNT_KEY}
        return ";".join(f"{name}={value}" for name, value in (given | parts).items())

    def token(self, permission: str = "racwdl", hours: float = 1) -> str:
        """Return a shared access signature for `states`."""
        from azure.storage.blob import generate_container_sas  # noqa: PLC0415

        end = datetime.now(UTC) + timedelta(hours=hours)
        return generate_container_sas(ACCOUNT, "states", account_key=ACCOUNT_KEY, permission=permission, expiry=end)

    def put(self, name: str, content: bytes) -> None:
        """Put a blob into `states`."""
        self.client.get_blob_client("states", name).upload_blob(content, overwrite=True)

    def delete(self, name: str) -> None:
        """Take a blob out of `states`."""
        self.client.get_blob_client("states", name).delete_blob()

    def objects(self) -> dict[str, bytes]:
        """Return all that is in `states`, by the names of the blobs."""
        container = self.client.get_container_client("states")
        return {blob.name: container.download_blob(blob.name).readall() for blob in container.list_blobs()}


@pytest.fixture(scope="session")
def _azurite() -> Iterator[AzblobService]:
    node = shutil.which("node")
    if node is None:
        _without("Azurite needs Node.js, and there is no `node` on PATH")
    if not AZURITE.is_file():
        _without("Azurite is not installed: make azurite")
    from azure.storage.blob import BlobServiceClient  # noqa: PLC0415

    flags = ["--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", "--silent"]
    # It asks for port 0 itself: nobody else can be given what it gets.
    command = [node, str(AZURITE), "--blobHost", "127.0.0.1", "--blobPort", "0", *flags]
    environment = {**os.environ, "AZURITE_ACCOUNTS": f"{ACCOUNT}:{ACCOUNT_KEY}"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            listening = next((line for line in process.stdout if "listens on http://" in line), "")
            domain = listening.strip().rpartition("http://")[2]
            assert domain, "Azurite has ended before it listened"
            credential = {"account_name": ACCOUNT, "account_key": ACCOUNT_KEY}
            client = BlobServiceClient(f"http://{domain}/{ACCOUNT}", credential=credential, retry_total=0)
            yield AzblobService(domain, client)
        finally:
            process.kill()


@pytest.fixture
def azure(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Take away the Azure credentials of whoever runs the tests, and the way to any but those of a test."""
    for name in [name for name in os.environ if name.startswith("AZURE_")]:
        monkeypatch.delenv(name)
    # Of all the ways to sign in only variables, of which there are none: no other service is asked.
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return monkeypatch


@pytest.fixture
def azblob(azure: pytest.MonkeyPatch, _azurite: AzblobService) -> AzblobService:
    """An Azure Blob Storage on this machine, and the variables that open it."""
    for container in _azurite.client.list_containers():
        _azurite.client.delete_container(container.name)
    _azurite.client.create_container("states")
    azure.setenv("AZURE_STORAGE_ACCOUNT", ACCOUNT)
    azure.setenv("AZURE_STORAGE_KEY", ACCOUNT_KEY)
    return _azurite


def _without(reason: str) -> NoReturn:
    if os.environ.get(REQUIRED) == "required":
        pytest.fail(f"{REQUIRED}=required, but {reason}")
    pytest.skip(reason)
