"""What is said where Azure Blob Storage or its client refuses: the setting, what to do, and never a credential."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import ClassVar

import pytest
from azure.core import exceptions as az
from azure.identity import CredentialUnavailableError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from nat_egress.state import LockedError, StackReference, StateError
from nat_egress.state.azblob_credentials import ConnectionString, SasToken, SharedKey, SignedIn
from nat_egress.state.azblob_errors import RIGHTS, explain
from nat_egress.state.azblob_url import parse
from nat_egress.state.workspace import open_backend

REFERENCE = StackReference("shop", "dev")
PLACE = "azblob://states/team/.pulumi/stacks/shop/dev.json"
SECRET = "hush"
URL = parse("azblob://states/team?storage_account=ops", {})
HTTP = parse("azblob://states/team?storage_account=ops&protocol=http", {})
OPS = "https://ops.blob.core.windows.net"
KEY = SharedKey("ops", SECRET)
TOKEN = SasToken(f"sv=2026-02-06&se=2026-11-01T00%3A00%3A00Z&sig={SECRET}")
TEXT = ConnectionString(f"AccountKey={SECRET}")
WHO = SignedIn()


def explained(error, credentials=KEY, done="read", url=URL):
    said = str(explain(error, url, credentials, PLACE, done))
    assert said.startswith(f"{PLACE}: can't be {done}: ")
    assert SECRET not in said
    return said


def refused(code, credentials=KEY, done="read", kind=az.HttpResponseError):
    error = kind(message=f"not with {SECRET}")
    error.error_code, error.status_code = code, 418
    return explained(error, credentials, done)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("ContainerNotFound", f"{OPS} has no container 'states': check the name in the backend's URL"),
        ("ResourceNotFound", f"{OPS} has no container 'states'"),
        ("InvalidResourceName", "'states' can't be the name of a container, or 'team/' that of a folder"),
        (
            "AuthenticationFailed",
            "the key of 'ops' (AZURE_STORAGE_ACCOUNT, AZURE_STORAGE_KEY) (AuthenticationFailed): ",
        ),
        ("NoAuthenticationInformation", "check both, and this machine's clock"),
        ("KeyBasedAuthenticationNotPermitted", f"{OPS} takes no keys, and was given the key of 'ops'"),
        ("PublicAccessNotPermitted", f"{OPS} wants credentials"),
        ("AccountIsDisabled", f"{OPS} is disabled"),
        ("LeaseIdMissing", "somebody holds a lease on it (LeaseIdMissing), which Pulumi never does: az storage blob "),
        ("BlobImmutableDueToPolicy", "an immutability policy"),
        ("BlobArchived", "it is in the archive tier (BlobArchived)"),
        ("SnapshotsPresent", "it has snapshots"),
        ("ServerBusy", f"{OPS} answers ServerBusy, also when it is asked again: try later"),
        ("OperationTimedOut", "try later"),
        ("Teapot", f"{OPS} answers Teapot (HTTP status 418): check storage_account=…, domain=… and protocol=… of the"),
    ],
)
def test_what_the_service_refuses(code, said):
    assert said in refused(code)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            "AuthenticationFailed",
            "AZURE_STORAGE_SAS_TOKEN (AuthenticationFailed): it ends or ended at 2026-11-01T00:00",
        ),
        ("AuthorizationSourceIPMismatch", "the token in AZURE_STORAGE_SAS_TOKEN is not for this machine's address"),
        ("AuthorizationProtocolMismatch", "AZURE_STORAGE_SAS_TOKEN is for https only: set protocol=https"),
        ("AuthorizationResourceTypeMismatch", "access is denied to the token in AZURE_STORAGE_SAS_TOKEN"),
    ],
)
def test_what_the_service_refuses_a_signature(code, said):
    assert said in refused(code, TOKEN)


def test_a_token_without_an_end_may_not_be_whole():
    assert "it has no end (se=…), so it may not be whole" in refused("AuthenticationFailed", SasToken("sv=1"))


@pytest.mark.parametrize(
    ("credentials", "said"),
    [
        (WHO, "whoever is signed in (AuthenticationFailed): sign in again with az login"),
        (TEXT, "the account of AZURE_STORAGE_CONNECTION_STRING does not accept AZURE_STORAGE_CONNECTION_STRING"),
    ],
)
def test_what_is_not_accepted_is_told_with_what_to_do(credentials, said):
    assert said in refused("AuthenticationFailed", credentials, kind=az.ClientAuthenticationError)


@pytest.mark.parametrize("code", ["AuthorizationPermissionMismatch", "AuthorizationFailure"])
@pytest.mark.parametrize("done", RIGHTS)
def test_a_denial_names_what_is_missing(code, done):
    role, letters = RIGHTS[done]
    assert f"needs the permissions {letters!r}" in refused(code, TOKEN, done)
    assert f"they need the role {role!r} on the container or the account" in refused(code, WHO, done)


def test_network_rules_are_among_what_a_refusal_may_mean():
    assert "its network rules must let this machine in" in refused("AuthorizationFailure", WHO)


def without_answer(kind, inner=None):
    error = kind(message=f"not with {SECRET}")
    error.inner_exception = inner
    return error


@pytest.mark.parametrize(
    ("error", "credentials", "said"),
    [
        (CredentialUnavailableError(message=SECRET), WHO, "nobody is signed in who could open it: set AZURE_STORAGE_"),
        (az.ClientAuthenticationError(SECRET), KEY, "can't sign a request: a key is Base64"),
        (without_answer(az.ServiceRequestError), KEY, f"{OPS} can't be reached: check storage_account=…"),
        (without_answer(az.ServiceRequestTimeoutError), WHO, f"{OPS} can't be reached"),
        (without_answer(az.ServiceRequestError, ssl.SSLError(SECRET)), KEY, "REQUESTS_CA_BUNDLE names a file"),
        (without_answer(az.ServiceResponseError), KEY, f"{OPS} breaks off its answer, also when it is asked again"),
        (ValueError(SECRET), KEY, "the Azure client refuses it (ValueError): check storage_account=…"),
        (ValueError(SECRET), TEXT, "AZURE_STORAGE_CONNECTION_STRING can't be read: it is AccountName=…"),
    ],
)
def test_what_the_client_refuses(error, credentials, said):
    assert said in explained(error, credentials)


def test_who_is_signed_in_is_not_told_over_http():
    said = explained(without_answer(az.ServiceRequestError), WHO, url=HTTP)
    assert "is not asked over http by whoever is signed in: set protocol=https in the backend's URL" in said


@pytest.fixture
def impatient(monkeypatch):
    """Ask once."""
    monkeypatch.setattr("nat_egress.state.azblob_client.RETRIES", {"retry_total": 0})


def said_of(url, use=lambda backend: backend.read(REFERENCE)):
    with pytest.raises(StateError) as caught:
        use(open_backend(url))
    assert not isinstance(caught.value, LockedError)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    for name in ("AZURE_STORAGE_KEY", "AZURE_STORAGE_SAS_TOKEN"):
        assert os.environ.get(name, "?") not in str(caught.value)
    return str(caught.value)


USES = [
    lambda backend: backend.read(REFERENCE),
    lambda backend: backend.stacks("shop"),
    lambda backend: backend.write(REFERENCE, b"{}"),
    lambda backend: backend.lock(REFERENCE).__enter__(),
    lambda backend: backend.unlock(REFERENCE),
]


@pytest.mark.parametrize("use", USES)
def test_a_container_that_is_not_there(azblob, use):
    said = said_of(azblob.url("none"), use)
    assert said.startswith("azblob://none/.pulumi/")
    assert f"http://{azblob.domain}/teamstates has no container 'none'" in said


def test_what_can_be_no_container(azblob):
    assert "'My_States' can't be the name of a container" in said_of(azblob.url("My_States"))


def test_an_account_that_is_not_there(azblob):
    assert "http://127.0.0.1:" in (said := said_of(azblob.url(storage_account="none")))
    assert "has no container 'states'" in said or "refuses the key of 'teamstates'" in said


@pytest.mark.parametrize(("key", "said"), [("AAAA", "refuses the key of 'teamstates'"), ("x", "a key is Base64")])
def test_a_key_that_is_wrong(azblob, azure, key, said):
    azure.setenv("AZURE_STORAGE_KEY", key)
    assert said in said_of(azblob.url())


def test_a_token_that_has_ended(azblob, azure):
    azure.delenv("AZURE_STORAGE_KEY")
    azure.setenv("AZURE_STORAGE_SAS_TOKEN", azblob.token(hours=-1))
    end = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%dT%H:")
    assert "refuses the token in AZURE_STORAGE_SAS_TOKEN (AuthorizationFailure): " in (said := said_of(azblob.url()))
    assert f"it ends or ended at {end}" in said


def test_a_token_that_is_none(azblob, azure):
    azure.delenv("AZURE_STORAGE_KEY")
    azure.setenv("AZURE_STORAGE_SAS_TOKEN", "what they sent me")
    assert "it has no end (se=…), so it may not be whole" in said_of(azblob.url())


@pytest.mark.parametrize(
    ("permission", "use", "letters"),
    [
        ("wl", lambda backend: backend._bucket.read("key"), "r"),
        ("rl", lambda backend: backend._bucket.write("key", b""), "cw"),
        ("rwl", lambda backend: backend._bucket.delete("key"), "d"),
        ("rw", lambda backend: backend._bucket.list("a/"), "l"),
    ],
)
def test_a_token_that_may_not(azblob, azure, permission, use, letters):
    azure.delenv("AZURE_STORAGE_KEY")
    azure.setenv("AZURE_STORAGE_SAS_TOKEN", azblob.token(permission))
    said = said_of(azblob.url(), use)
    assert "access is denied to the token in AZURE_STORAGE_SAS_TOKEN" in said
    assert f"needs the permissions {letters!r}" in said


def test_nobody_is_signed_in(azblob, azure):
    azure.delenv("AZURE_STORAGE_ACCOUNT")
    said = said_of(azblob.url(protocol="https"))
    assert "nobody is signed in who could open it" in said
    assert "a key counts only with AZURE_STORAGE_ACCOUNT" in said


def test_who_is_not_signed_in_is_told_at_once(azure, monkeypatch):
    """Not after asking again three times, which takes its seconds and changes nothing."""
    asked = []

    class Nobody:
        def get_token(self, *scopes, **_):
            asked.append(scopes)
            raise CredentialUnavailableError(message=SECRET)

    monkeypatch.setattr("nat_egress.state.azblob_client._signed_in", Nobody)
    assert "nobody is signed in" in said_of("azblob://states?storage_account=ops")
    assert asked == [("https://storage.azure.com/.default",)]


@pytest.mark.process
@pytest.mark.parametrize("status", [500, 503])
def test_a_service_that_fails_is_asked_again(elsewhere, monkeypatch, status):
    monkeypatch.setattr("nat_egress.state.azblob_client.RETRIES", {"retry_total": 2, "initial_backoff": 0})
    monkeypatch.setattr("time.sleep", lambda _: None)
    asked = []
    with answering(status=status, asked=asked) as server:
        said_of(elsewhere.format(port=server.server_port, protocol="http"))
        server.shutdown()
    assert len(asked) == 3


def test_signing_in_is_for_https(azblob, azure):
    azure.delenv("AZURE_STORAGE_KEY")
    assert "set protocol=https in the backend's URL" in said_of(azblob.url())


@pytest.mark.parametrize("text", ["what they sent me", "AccountNam", "BlobSecondaryEndpoint=http://127.0.0.1:1/a"])
def test_a_connection_string_that_can_not_be_read(azblob, azure, text):
    azure.delenv("AZURE_STORAGE_KEY")
    azure.setenv("AZURE_STORAGE_CONNECTION_STRING", text)
    said = said_of(azblob.url())
    assert "AZURE_STORAGE_CONNECTION_STRING can't be read" in said
    assert text not in said.replace("AccountName=", "")


def test_a_lease_of_somebody(azblob):
    backend = open_backend(azblob.url())
    backend.write(REFERENCE, b"one")
    lease = azblob.client.get_blob_client("states", ".pulumi/stacks/shop/dev.json").acquire_lease()
    assert "somebody holds a lease on it" in said_of(azblob.url(), lambda other: other.write(REFERENCE, b"two"))
    lease.release()
    assert backend.read(REFERENCE) == b"one"


@pytest.fixture
def elsewhere(azure):
    azure.setenv("AZURE_STORAGE_ACCOUNT", "ops")
    azure.setenv("AZURE_STORAGE_KEY", "a2V5")
    return "azblob://states?domain=127.0.0.1:{port}&protocol={protocol}"


def test_nobody_there(elsewhere, impatient):
    said = said_of(elsewhere.format(port=1, protocol="http"))
    assert "http://127.0.0.1:1/ops can't be reached: check storage_account=…" in said


class WebServer(BaseHTTPRequestHandler):
    """Answers like a proxy's or a company's start page, or breaks off."""

    status = 200
    body = b"<html><p>Welcome<br></html>"
    length = len(body)
    kind = "text/html"
    range = ""

    asked: ClassVar = []

    def answer(self):
        self.asked.append(self.path)
        self.send_response(self.status)
        self.send_header("Content-Type", self.kind)
        self.send_header("Content-Length", str(self.length))
        if self.range:
            self.send_header("Content-Range", self.range)
        self.end_headers()
        self.wfile.write(self.body)

    do_GET = do_PUT = answer  # noqa: N815 - http.server's names

    def log_message(self, *_):
        pass


def answering(**answer):
    handler = type("Handler", (WebServer,), answer)
    server = HTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    return server


@pytest.mark.process
@pytest.mark.parametrize("use", USES[1:])
@pytest.mark.parametrize("status", [200, 202, 301, 404, 500])
@pytest.mark.parametrize("kind", ["text/html", "application/xml"])
def test_what_is_no_azure(elsewhere, impatient, status, kind, use):
    with answering(status=status, kind=kind) as server:
        said = said_of(elsewhere.format(port=server.server_port, protocol="http"), use)
        server.shutdown()
    assert "check storage_account=…, domain=… and protocol=… of the backend's URL" in said


@pytest.mark.process
@pytest.mark.parametrize(
    ("use", "answer"),
    [
        (USES[0], {"status": 206, "range": "bytes 0-999/1000", "body": b"version: 1"}),
        (USES[1], {"kind": "application/xml", "body": b"<?xml version='1.0'?><EnumerationResults>"}),
    ],
)
def test_an_answer_that_breaks_off(elsewhere, impatient, use, answer):
    with answering(length=1000, **answer) as server:
        said = said_of(elsewhere.format(port=server.server_port, protocol="http"), use)
        server.shutdown()
    assert "breaks off its answer" in said


@pytest.mark.process
def test_nothing_but_the_sentence_is_printed(elsewhere, tmp_path):
    """The SDK warns of what it tried to sign in with, in twenty lines."""
    environment = {name: value for name, value in os.environ.items() if name != "AZURE_STORAGE_KEY"}
    command = [sys.executable, "-m", "nat_egress.cli", "capacity", "organization/shop/dev", "--backend"]
    url = elsewhere.format(port=1, protocol="https")
    done = subprocess.run([*command, url], env=environment, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode != 0
    assert done.stdout == ""
    assert "nobody is signed in who could open it" in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr


@pytest.mark.process
def test_a_certificate_that_nobody_trusts(elsewhere, impatient, tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = builder.not_valid_before(now).not_valid_after(now + timedelta(hours=1)).sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = tmp_path / "certificate.pem"
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with answering() as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        said = said_of(elsewhere.format(port=server.server_port, protocol="https"))
        server.shutdown()
    assert "has no certificate that is trusted here: REQUESTS_CA_BUNDLE" in said
