"""What is said where S3 or its client refuses: the setting, what to do, and never a part of the credentials."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from botocore import exceptions as aws
from nat_egress.state import StackReference, StateError
from nat_egress.state.s3_errors import ACTIONS, explain
from nat_egress.state.s3_url import parse
from nat_egress.state.workspace import open_backend

REFERENCE = StackReference("shop", "dev")
PLACE = "s3://states/team/.pulumi/stacks/shop/dev.json"
SECRET = "hush"
URL = parse("s3://states/team?region=eu-west-1&profile=ops")


def refused(code, *, operation="GetObject", done="read", url=URL, headers=None, **error):
    response = {
        "Error": {"Code": code, "Message": f"not with {SECRET}", **error},
        "ResponseMetadata": {"HTTPStatusCode": 418, "HTTPHeaders": headers or {}},
    }
    said = str(explain(aws.ClientError(response, operation), url, PLACE, done))
    assert said.startswith(f"{PLACE}: can't be {done}: ")
    assert SECRET not in said
    return said


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("NoSuchBucket", "S3 in eu-west-1 has no bucket 'states': check the name in the backend's URL"),
        ("AccessDenied", "access is denied to the profile 'ops': they need s3:GetObject on states/team/.pulumi/*"),
        ("403", "access is denied to the profile 'ops'"),
        ("InvalidAccessKeyId", "does not accept the credentials of the profile 'ops' (InvalidAccessKeyId): set AWS_"),
        ("SignatureDoesNotMatch", "does not accept the credentials of the profile 'ops'"),
        ("ExpiredToken", "the credentials of the profile 'ops' have expired (ExpiredToken): log in again"),
        ("PermanentRedirect", "in another region than was asked (PermanentRedirect): the backend's URL has region=eu"),
        ("RequestTimeTooSkewed", "the clock of this machine"),
        ("SlowDown", "answers SlowDown, also when it is asked again: try later"),
        ("Teapot", "S3 in eu-west-1 answers Teapot (HTTP status 418)"),
        ("", "does not answer as S3 does (HTTP status 418)"),
        ("500", "does not answer as S3 does (HTTP status 418)"),
    ],
)
def test_what_the_service_refuses(code, said):
    assert said in refused(code)


@pytest.mark.parametrize("done", ACTIONS)
def test_a_denial_names_the_permission(done):
    said = refused("AccessDenied", done=done)
    assert ACTIONS[done] in said
    assert ("on the bucket 'states'" in said) == (done == "listed")


@pytest.mark.parametrize("answer", [{"Region": "ap-south-1"}, {"headers": {"x-amz-bucket-region": "ap-south-1"}}])
@pytest.mark.parametrize("code", ["AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "301"])
def test_a_wrong_region_names_the_right_one(code, answer):
    said = refused(code, **answer)
    assert (
        "is in the region ap-south-1, and the backend's URL has region=eu-west-1: set region=ap-south-1 there" in said
    )
    assert "has no region=…: set region=ap-south-1" in refused(code, url=parse("s3://states"), **answer)


def test_a_role_that_may_not_be_taken_is_told_apart():
    url = parse("s3://states?role=arn:aws:iam::123456789012:role/states")
    said = refused("AccessDenied", operation="AssumeRole", url=url)
    assert "the role arn:aws:iam::123456789012:role/states for the environment and the AWS configuration" in said
    assert "sts:AssumeRole" in said
    assert "s3:GetObject" not in said


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (aws.NoCredentialsError(), "there are no AWS credentials in the profile 'ops': set AWS_ACCESS_KEY_ID"),
        (
            aws.PartialCredentialsError(provider="env", cred_var="aws_secret_access_key"),
            "secret_access_key is missing",
        ),
        (aws.SSOTokenLoadError(error_msg=SECRET), "log in with aws sso login"),
        (aws.TokenRetrievalError(provider="sso", error_msg=SECRET), "log in with aws sso login"),
        (aws.CredentialRetrievalError(provider="custom-process", error_msg=SECRET), "can't be had from custom-process"),
        (aws.ProfileNotFound(profile="ops"), "the AWS configuration has no profile 'ops'"),
        (aws.NoRegionError(), "set region=… in the backend's URL, or AWS_REGION"),
        (aws.InvalidRegionError(region_name="x"), "set region=… in the backend's URL"),
        (aws.ParamValidationError(report=SECRET), "'states' can't be the name of a bucket"),
        (aws.ConfigParseError(path="/etc/aws"), "the AWS configuration /etc/aws can't be read"),
        (aws.SSLError(endpoint_url=SECRET, error=SECRET), "AWS_CA_BUNDLE names a file"),
        (aws.ProxyConnectionError(proxy_url=f"http://me:{SECRET}@proxy"), "can't be reached (ProxyConnectionError)"),
        (aws.ConnectTimeoutError(endpoint_url=SECRET), "S3 in eu-west-1 can't be reached (ConnectTimeoutError): check"),
        (aws.ReadTimeoutError(endpoint_url=SECRET), "can't be reached (ReadTimeoutError)"),
        (ValueError(SECRET), "the AWS client refuses it (ValueError): check region=… and endpoint=…"),
    ],
)
def test_what_the_client_refuses(error, said):
    found = str(explain(error, URL, PLACE, "read"))
    assert said in found
    assert SECRET not in found


def said_of(url):
    with pytest.raises(StateError) as caught:
        open_backend(url).read(REFERENCE)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    return str(caught.value)


def test_a_bucket_that_is_not_there(s3):
    said = said_of(s3.url("none"))
    assert said.startswith("s3://none/.pulumi/meta.yaml: can't be read: ")
    assert f"{s3.endpoint} has no bucket 'none'" in said


def test_no_credentials(s3, aws):
    aws.delenv("AWS_ACCESS_KEY_ID")
    aws.delenv("AWS_SECRET_ACCESS_KEY")
    assert "there are no AWS credentials in the environment and the AWS configuration: set AWS_" in said_of(s3.url())


def test_half_of_the_credentials(s3, aws):
    aws.delenv("AWS_SECRET_ACCESS_KEY")
    assert "are not whole: AWS_SECRET_ACCESS_KEY is missing" in said_of(s3.url())


def test_no_such_profile(s3, aws):
    assert "has no profile 'ops'" in said_of(s3.url(profile="ops"))
    aws.setenv("AWS_PROFILE", "mine")
    assert "has no profile 'mine'" in said_of(s3.url())


def test_a_broken_configuration(s3, aws, tmp_path):
    (tmp_path / "aws-config").write_text("[profile\n")
    assert "aws-config can't be read" in said_of(s3.url())


def test_nobody_there(aws):
    said = said_of("s3://states?endpoint=http://127.0.0.1:1")
    assert "http://127.0.0.1:1 can't be reached (EndpointConnectionError): check region=…" in said


class WebServer(BaseHTTPRequestHandler):
    """Answers like a proxy's or a company's start page."""

    status = 200

    def do_GET(self):
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(b"<html><p>Welcome<br></html>")

    def log_message(self, *_):
        pass


@pytest.mark.process
@pytest.mark.parametrize("status", [200, 202, 404, 500])
def test_what_is_no_s3(aws, status):
    handler = type("Handler", (WebServer,), {"status": status})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        backend = open_backend(f"s3://states?region=eu-west-1&endpoint=http://127.0.0.1:{server.server_port}")
        with pytest.raises(StateError) as caught:
            backend.stacks("shop")
        server.shutdown()
    assert "does not answer as S3 does" in str(caught.value)
    assert "check region=… and endpoint=…" in str(caught.value)


@pytest.mark.parametrize("name", ["my states", "states:x"])
def test_what_can_be_no_bucket(s3, name):
    assert f"{name!r} can't be the name of a bucket" in said_of(s3.url(name))


def test_a_region_that_can_be_none(s3):
    assert "set region=… in the backend's URL" in said_of(s3.url(region="eu west"))


@pytest.fixture
def guarded(s3):
    """S3 that looks at credentials from now on."""
    s3.tell("reset-auth", "0")
    yield s3
    s3.tell("reset-auth", "Infinity")


def test_credentials_that_nobody_knows(guarded, aws):
    said = said_of(guarded.url())
    assert "does not accept the credentials of the environment and the AWS configuration (InvalidAccessKeyId)" in said
    assert "AKIAIOSFODNN7EXAMPLE" not in said
