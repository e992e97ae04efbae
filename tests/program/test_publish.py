"""`nat-egress publish` on the states of the real program: reserved, attached, and gone from the stack."""

import json

import boto3
import pytest
from moto import mock_aws
from nat_egress.cli.app import main

NETWORK = {"addressSpace": ["10.10.0.0/16"], "subnets": {"web": {"addressPrefix": "10.10.0.0/24"}}}


@pytest.fixture
def publish(project, monkeypatch, tmp_path):
    """Publish what a project has deployed, and return the manifest."""
    for name in ("PULUMI_BACKEND_URL", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(project.root)
    place = ["--backend", "file://.sandbox/backend", "--manifest", "s3://partners/sandbox.json"]
    with mock_aws():
        s3 = boto3.Session(region_name="us-east-1").client("s3")
        s3.create_bucket(Bucket="partners")

        def run(*arguments):
            assert main(["publish", "sandbox", *place, *arguments]) == 0
            return json.loads(s3.get_object(Bucket="partners", Key="sandbox.json")["Body"].read())

        yield run


def test_addresses_are_told_before_they_are_used_and_until_they_are_named(project, publish):
    spare = {"length": 31, "attached": False}
    project.settings("sandbox", {"network": NETWORK, "egress": {"prefixes": {"old": {"length": 31}, "new": spare}}})
    project.up()
    (old,) = project.outputs()["cidrs"]
    first = publish()
    (new,) = first["reserved"]
    assert set(first["prefixes"]) == {old, new}
    (gateway,) = first["gateways"]
    assert project.outputs()["gatewayId"].endswith(f"/{gateway['name']}")
    assert gateway["prefixes"] == [old]

    project.settings("sandbox", {"network": NETWORK, "egress": {"prefixes": {"new": {"length": 31}}}})
    project.up()
    assert project.outputs()["cidrs"] == [new]
    second = publish()
    assert (second["prefixes"], second["serial"]) == (first["prefixes"], 2)
    assert [one["prefix"] for one in second["retiring"]] == [old]
    assert publish() == second
    assert publish("--remove", old)["prefixes"] == [new]
