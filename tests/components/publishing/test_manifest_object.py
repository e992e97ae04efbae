"""What S3 gets and what it refuses: conditions, headers, versions, and two that write at once."""

from __future__ import annotations

import json

import boto3
import pytest
from nat_egress.publishing.errors import ChangedMeanwhileError, PublishingError
from nat_egress.publishing.manifest_object import ManifestObject
from nat_egress.state.s3_url import parse


@pytest.fixture
def manifest(s3):
    return ManifestObject(parse(s3.url("states/shop/prod.json"), "--manifest"))


def test_what_is_written_is_there_as_json_that_is_kept_for_five_minutes(s3, manifest):
    assert manifest.read() is None
    done = manifest.write(b"{}", None)
    assert manifest.read() == done
    head = s3.client.head_object(Bucket="states", Key="shop/prod.json")
    assert (head["ContentType"], head["CacheControl"], head["ETag"]) == ("application/json", "max-age=300", done.etag)
    assert done.version is None


def test_a_bucket_with_versions_keeps_those_before(s3, manifest):
    s3.client.put_bucket_versioning(Bucket="states", VersioningConfiguration={"Status": "Enabled"})
    one = manifest.write(b"1", None)
    two = manifest.write(b"2", one)
    assert None not in (one.version, two.version)
    assert one.version != two.version
    before = s3.client.get_object(Bucket="states", Key="shop/prod.json", VersionId=one.version)
    assert before["Body"].read() == b"1"
    assert manifest.read() == two


def test_of_two_who_write_the_first_one_the_second_loses(manifest):
    manifest.write(b"1", None)
    with pytest.raises(ChangedMeanwhileError, match=r"s3://states/shop/prod.json: somebody else has published"):
        manifest.write(b"2", None)
    assert manifest.read().content == b"1"


def test_of_two_who_replace_the_same_the_second_loses(manifest):
    read = manifest.write(b"1", None)
    manifest.write(b"2", read)
    with pytest.raises(ChangedMeanwhileError):
        manifest.write(b"3", read)
    assert manifest.read().content == b"2"


def test_what_was_deleted_meanwhile_is_not_written_again(s3, manifest):
    read = manifest.write(b"1", None)
    s3.client.delete_object(Bucket="states", Key="shop/prod.json")
    with pytest.raises(ChangedMeanwhileError):
        manifest.write(b"2", read)
    assert s3.objects() == {}


def test_a_write_that_meets_itself_has_been_done(manifest):
    read = manifest.write(b"1", None)
    done = manifest.write(b"2", read)
    assert manifest.write(b"2", read) == done


def test_the_encryption_of_the_url_is_asked_for(s3):
    manifest = ManifestObject(parse(s3.url("states/a.json", ssetype="AES256"), "--manifest"))
    manifest.write(b"{}", None)
    assert s3.client.head_object(Bucket="states", Key="a.json")["ServerSideEncryption"] == "AES256"


def test_no_bucket(s3):
    with pytest.raises(PublishingError, match="has no bucket 'other': check the name in --manifest's URL"):
        ManifestObject(parse(s3.url("other/a.json"), "--manifest")).read()


def test_no_rights(s3, monkeypatch):
    iam = boto3.client("iam", endpoint_url=s3.endpoint, region_name="us-east-1")
    iam.create_user(UserName="ops")
    key = iam.create_access_key(UserName="ops")["AccessKey"]
    allowed = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    iam.put_user_policy(UserName="ops", PolicyName="p", PolicyDocument=policy)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    s3.tell("reset-auth", "0")
    try:
        with pytest.raises(PublishingError, match=r"they need s3:PutObject on states/a\.json") as refused:
            ManifestObject(parse(s3.url("states/a.json"), "--manifest")).write(b"{}", None)
    finally:
        s3.tell("reset-auth", "Infinity")
    assert key["AccessKeyId"] not in str(refused.value)
    assert key["SecretAccessKey"] not in str(refused.value)
