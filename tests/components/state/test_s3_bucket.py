"""What goes to S3: the URL's options as headers, the credentials that are used, and all pages of a list."""

from __future__ import annotations

import json
from io import BytesIO

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from nat_egress.state import StateError
from nat_egress.state.s3_bucket import S3Bucket
from nat_egress.state.s3_client import client
from nat_egress.state.s3_url import parse

ROLE = "arn:aws:iam::123456789012:role/states"


class Nothing(BytesIO):
    """The body of an answer that has none."""

    def stream(self, **_):
        return iter(())


def put(bucket):
    bucket.write("key", b"state")


def sent(monkeypatch, url, use=put, *, arrives=True):
    """Return the requests that go out for `use`; those that don't arrive are answered with nothing, as a success."""
    requests = []

    def watch(request, **_):
        requests.append(request)
        return None if arrives else AWSResponse(request.url, 204, {}, Nothing())

    def watched(parsed):
        made = client(parsed)
        made.meta.events.register("before-send.s3", watch)
        return made

    with monkeypatch.context() as patch:
        patch.setattr("nat_egress.state.s3_bucket.client", watched)
        use(S3Bucket(parse(url)))
    return requests


def header(request, name):
    value = request.headers.get(name)
    return value.decode() if isinstance(value, bytes) else value


def test_places_are_urls(s3):
    assert S3Bucket(parse(s3.url())).place("a/b") == "s3://states/a/b"
    assert S3Bucket(parse(s3.url("states/of/team"))).place("a/b") == "s3://states/of/team/a/b"


def test_a_list_has_all_its_pages(s3, monkeypatch):
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "3")
    bucket = S3Bucket(parse(s3.url("states/team")))
    for number in range(8):
        bucket.write(f"a/{number}", b"")
    pages = sent(monkeypatch, s3.url("states/team"), lambda bucket: bucket.list("a/"))
    assert len(pages) == 3
    assert [entry.key for entry in bucket.list("a/")] == [f"a/{number}" for number in range(8)]


def test_the_encryption_that_a_bucket_demands_is_asked_for_in_writes_and_copies(s3, monkeypatch):
    url = s3.url(ssetype="aws:kms", kmskeyid="alias/states")
    put, copy = sent(monkeypatch, url, lambda bucket: (bucket.write("key", b"x"), bucket.copy("key", "other")))
    for request in (put, copy):
        assert header(request, "x-amz-server-side-encryption") == "aws:kms"
        assert header(request, "x-amz-server-side-encryption-aws-kms-key-id") == "alias/states"
    (plain,) = sent(monkeypatch, s3.url())
    assert header(plain, "x-amz-server-side-encryption") is None


def test_a_service_of_somebody_else_gets_no_checksums_it_may_not_know(s3, monkeypatch):
    def checksum(**parameters):
        (request,) = sent(monkeypatch, s3.url(**parameters))
        return header(request, "x-amz-sdk-checksum-algorithm")

    assert checksum() is None
    assert checksum(request_checksum_calculation="when_supported")
    monkeypatch.setenv("AWS_REQUEST_CHECKSUM_CALCULATION", "when_supported")
    assert checksum()


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("region=eu-central-1", "https://states.s3.eu-central-1.amazonaws.com"),
        ("region=eu-central-1&s3ForcePathStyle=true", "https://s3.eu-central-1.amazonaws.com/states"),
        ("region=eu-central-1&disable_https=true", "http://states.s3.eu-central-1.amazonaws.com"),
        ("region=eu-central-1&dualstack=true", "https://states.s3.dualstack.eu-central-1.amazonaws.com"),
        ("region=us-east-1&fips=true", "https://states.s3-fips.us-east-1.amazonaws.com"),
        ("region=us-east-1&accelerate=true", "https://states.s3-accelerate.amazonaws.com"),
        ("region=us-east-1&endpoint=http://s3.example:9000", "http://states.s3.example:9000"),
        ("region=us-east-1&endpoint=http://s3.example:9000&use_path_style=1", "http://s3.example:9000/states"),
    ],
)
def test_the_address_is_the_urls(aws, monkeypatch, query, address):
    (request,) = sent(monkeypatch, f"s3://states?{query}", arrives=False)
    assert request.url == f"{address}/key"


def test_credentials_are_the_profiles_where_one_is_named(s3, monkeypatch, tmp_path):
    (tmp_path / "aws-credentials").write_text("[ops]\naws_access_key_id=AKIAOPS\naws_secret_access_key=x\n")
    (default,) = sent(monkeypatch, s3.url())
    (named,) = sent(monkeypatch, s3.url(profile="ops"))
    (nobody,) = sent(monkeypatch, s3.url(anonymous="true"), arrives=False)
    assert "Credential=AKIAIOSFODNN7EXAMPLE/" in header(default, "Authorization")
    assert "Credential=AKIAOPS/" in header(named, "Authorization")
    assert header(nobody, "Authorization") is None


def test_the_credentials_of_a_role_are_taken_with_those_of_the_user(s3, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", s3.endpoint)
    (request,) = sent(monkeypatch, s3.url(role=ROLE))
    authorization = header(request, "Authorization")
    assert "Credential=ASIA" in authorization
    assert header(request, "X-Amz-Security-Token")


@pytest.fixture
def powerless(s3, monkeypatch):
    """Let a user use the bucket who may do nothing of what a backend does, and return the key."""
    iam = boto3.client("iam", endpoint_url=s3.endpoint, region_name="us-east-1")
    iam.create_user(UserName="ops")
    key = iam.create_access_key(UserName="ops")["AccessKey"]
    statement = {"Effect": "Allow", "Action": "s3:GetBucketLocation", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName="ops", PolicyName="p", PolicyDocument=policy)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    s3.tell("reset-auth", "0")
    yield key
    s3.tell("reset-auth", "Infinity")


@pytest.mark.parametrize(
    ("use", "action"),
    [
        (lambda bucket: bucket.read("key"), "s3:GetObject"),
        (lambda bucket: bucket.write("key", b""), "s3:PutObject"),
        (lambda bucket: bucket.delete("key"), "s3:DeleteObject"),
        (lambda bucket: bucket.list("a/"), "s3:ListBucket"),
    ],
)
def test_a_denial_names_what_is_missing(s3, powerless, use, action):
    with pytest.raises(StateError, match=f"access is denied to the environment .* they need {action} on") as refused:
        use(S3Bucket(parse(s3.url())))
    assert powerless["AccessKeyId"] not in str(refused.value)
    assert powerless["SecretAccessKey"] not in str(refused.value)
