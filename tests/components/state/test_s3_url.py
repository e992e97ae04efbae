"""The URL of a backend on S3: every parameter that the CLI knows, and refusals that show no credentials."""

from __future__ import annotations

from dataclasses import replace

import pytest
from nat_egress.state import StateError
from nat_egress.state.s3_url import KNOWN, S3Url, parse


def parsed(query, place="states"):
    url = f"s3://{place}?{query}" if query else f"s3://{place}"
    found = parse(url)
    assert found.text == url
    return replace(found, text="")


@pytest.mark.parametrize(
    ("place", "bucket", "folder"),
    [
        ("states", "states", ""),
        ("states/", "states", ""),
        ("states/team", "states", "team/"),
        ("states/team/a/", "states", "team/a/"),
        ("states//team", "states", "team/"),
        ("my.states/our%20team", "my.states", "our team/"),
    ],
)
def test_a_bucket_and_a_folder_in_it(place, bucket, folder):
    assert parsed("", place) == S3Url("", bucket, folder)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("region=eu-central-1", {"region": "eu-central-1"}),
        ("profile=ops", {"profile": "ops"}),
        ("role=arn:aws:iam::123456789012:role/states", {"role": "arn:aws:iam::123456789012:role/states"}),
        ("endpoint=http://127.0.0.1:9000", {"endpoint": "http://127.0.0.1:9000"}),
        ("endpoint=https%3A%2F%2Fs3.example", {"endpoint": "https://s3.example"}),
        ("endpoint=minio:9000", {"endpoint": "https://minio:9000"}),
        ("endpoint=minio:9000&disableSSL=true", {"endpoint": "http://minio:9000", "https": False}),
        ("endpoint=minio:9000&disableSSL=false", {"endpoint": "https://minio:9000"}),
        ("disable_https=1", {"https": False}),
        ("s3ForcePathStyle=true", {"path_style": True}),
        ("use_path_style=T", {"path_style": True}),
        ("hostname_immutable=true", {"path_style": True}),
        ("s3ForcePathStyle=false", {}),
        ("anonymous=true", {"anonymous": True}),
        ("accelerate=true", {"accelerate": True}),
        ("dualstack=true", {"dual_stack": True}),
        ("fips=true", {"fips": True}),
        ("ssetype=AWS:KMS&kmskeyid=alias/states", {"encryption": "aws:kms", "kms_key": "alias/states"}),
        ("ssetype=aes256", {"encryption": "AES256"}),
        ("request_checksum_calculation=when_required", {"request_checksums": "when_required"}),
        ("response_checksum_validation=WHEN_SUPPORTED", {"response_checksums": "when_supported"}),
        ("awssdk=v2", {}),
        ("awssdk=v1&rate_limiter_capacity=100", {}),
        ("region=", {}),
    ],
)
def test_parameters_are_the_clis(query, wanted):
    assert parsed(query) == replace(S3Url("", "states"), **wanted)


def test_every_parameter_that_is_known_is_tried():
    (marks,) = [mark for mark in test_parameters_are_the_clis.pytestmark if mark.name == "parametrize"]
    tried = {pair.partition("=")[0] for query, _ in marks.args[1] for pair in query.split("&")}
    assert tried == set(KNOWN)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("s3://", "names no bucket"),
        ("s3:///team", "names no bucket"),
        ("s3://[states", "can't be read"),
        ("s3://me:hush@states", "a user or a password before the bucket's name"),
        ("s3://states?secret_key=hush", "unknown parameter 'secret_key' in its URL; known are accelerate, anonymous"),
        ("s3://states?Region=hush", "unknown parameter 'Region'"),
        ("s3://states?anonymous=yes", "anonymous is 'yes' in its URL and must be true or false"),
        ("s3://states?ssetype=none", "ssetype is 'none' in its URL and must be AES256 or aws:kms or aws:kms:dsse"),
        ("s3://states?request_checksum_calculation=x", "must be when_supported or when_required"),
        ("s3://states?role=hush", "role in its URL must be an ARN"),
        ("s3://states?endpoint=http://me:hush@s3.example", "endpoint in its URL must be that of a service"),
        ("s3://states?endpoint=hush://s3.example", "endpoint in its URL must be that of a service"),
        ("s3://states?endpoint=http://s3.example:hush", "endpoint in its URL must be that of a service"),
        ("s3://states?endpoint=http://", "endpoint in its URL must be that of a service"),
    ],
)
def test_what_can_not_be_used_is_refused_without_what_may_be_a_secret(url, said):
    with pytest.raises(StateError) as refused:
        parse(url)
    assert said in str(refused.value)
    assert "hush" not in str(refused.value)
