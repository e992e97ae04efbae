"""`nat-egress publish`: what it writes where, what it says, and what it refuses."""

from __future__ import annotations

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from nat_egress.cli.app import main
from nat_egress.publishing.manifest_object import ManifestObject
from nat_egress.state import FileBackend, StackReference, checkpoint
from nat_egress.state.model import PendingOperation, ResourceState, Snapshot

from tests.components.publishing.states import URN, gateway, prefix
from tests.stores import SECRET

PARTNERS = prefix("partners", "203.0.113.0/29")
MORE = prefix("more", "192.0.2.8/31")
SIX = prefix("six", "2001:db8::/124")
STACK = ResourceState(f"{URN}pulumi:pulumi:Stack::shop-prod", "pulumi:pulumi:Stack")


@pytest.fixture(autouse=True)
def _nobody(monkeypatch, tmp_path):
    """Take away the project and the login of whoever runs the tests."""
    for name in ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def state(tmp_path):
    """Write a state with a gateway that has these attached."""

    def write(*attached, pending=False, resources=None):
        found = [STACK, *attached, gateway("egress", *attached)] if resources is None else resources
        operations = [PendingOperation(gateway("egress", *attached), "updating")] if pending else []
        deployment = checkpoint.dump(Snapshot(found, operations), lambda _secret, text: {})
        path = tmp_path / "state.json"
        path.write_text(json.dumps({"version": 3, "deployment": deployment}))
        return str(path)

    return write


@pytest.fixture
def publish(capsys, s3):
    """Run the command; `--manifest` is in the bucket `states` where it is asked for as `S3`."""

    def run(*arguments, status=0):
        given = [s3.url("states/shop/prod.json") if one == "S3" else one for one in arguments]
        assert main(["publish", *given]) == status
        out, err = capsys.readouterr()
        assert SECRET not in out + err
        assert "AKIA" not in out + err
        return err if status else out

    return run


@pytest.fixture
def document(publish):
    return lambda *arguments, **more: json.loads(publish(*arguments, "--json", **more))


def manifest(s3):
    return json.loads(s3.objects()["shop/prod.json"])


def test_the_first_time_and_the_second(s3, ec2, publish, state):
    given = ("--state", state(PARTNERS, MORE), "--manifest", "S3", "--prefix-list", "partners")
    text = publish(*given)
    assert manifest(s3)["prefixes"] == ["192.0.2.8/31", "203.0.113.0/29"]
    made = ec2.named("partners")
    assert set(ec2.entries(made["PrefixListId"])) == {"192.0.2.8/31", "203.0.113.0/29"}
    assert "shop/prod: 2 ranges, 1 NAT gateway" in text
    assert "s3://states/shop/prod.json: changed (serial 1, ETag" in text
    assert (
        f"prefix list {made['PrefixListId']} (partners, IPv4, eu-west-1): changed (version 2, 2 of at most 10" in text
    )
    assert text.count("  + 192.0.2.8/31    egress-1\n  + 203.0.113.0/29  egress-1") == 2
    before = s3.objects()
    again = publish(*given)
    assert again.count(": nothing to do (") == 2
    assert s3.objects() == before
    assert ec2.named("partners")["Version"] == 2


def test_a_dry_run_says_all_that_would_change_and_writes_nothing(s3, ec2, publish, state):
    text = publish("--state", state(PARTNERS), "--manifest", "S3", "--prefix-list", "partners", "--dry-run")
    assert "s3://states/shop/prod.json: would change (serial 1)" in text
    assert "prefix list partners (IPv4, eu-west-1): would change (not there yet)" in text
    assert text.count("  + 203.0.113.0/29  egress-1") == 2
    assert text.endswith("Nothing is written: this is a dry run.\n")
    assert s3.objects() == {}
    assert [
        one["OwnerId"] for one in ec2.client.describe_managed_prefix_lists()["PrefixLists"] if one["OwnerId"] != "AWS"
    ] == []


def test_what_has_left_the_stack_stays_until_it_is_named(s3, ec2, publish, document, state):
    places = ("--manifest", "S3", "--prefix-list", "partners")
    publish("--state", state(PARTNERS, MORE), *places)
    found = document("--state", state(PARTNERS), *places)
    assert [one["held"][0]["prefix"] for one in found["places"]] == ["192.0.2.8/31"] * 2
    since = manifest(s3)["retiring"][0]["since"]
    text = publish("--state", state(PARTNERS), *places)
    assert f"  ! 192.0.2.8/31    not in the stack since {since}, and stays until --remove 192.0.2.8/31" in text
    assert "192.0.2.8/31" in manifest(s3)["prefixes"]
    text = publish("--state", state(PARTNERS), *places, "--remove", "192.0.2.8/31")
    assert text.count("  - 192.0.2.8/31    not in the stack") == 2
    assert manifest(s3)["prefixes"] == ["203.0.113.0/29"]
    assert set(ec2.entries(ec2.named("partners")["PrefixListId"])) == {"203.0.113.0/29"}
    # Said once more, as after a failure halfway, it is done.
    assert not document("--state", state(PARTNERS), *places, "--remove", "192.0.2.8/31")["changed"]


def test_what_serves_can_t_be_removed(s3, publish, state):
    publish("--state", state(PARTNERS, MORE), "--manifest", "S3")
    said = publish(
        "--state",
        state(PARTNERS, MORE),
        "--manifest",
        "S3",
        "--remove",
        "192.0.2.8/31",
        "--remove",
        "203.0.113.0/29",
        status=2,
    )
    assert "--remove 192.0.2.8/31: the stack still has it" in said
    assert "--remove 203.0.113.0/29: the stack still has it" in said
    assert manifest(s3)["serial"] == 1


def test_what_an_old_gateway_has_while_it_is_still_to_be_deleted_can_t_be_removed(s3, publish, state):
    old = [STACK, PARTNERS, MORE, gateway("egress", MORE, delete=True), gateway("egress", PARTNERS)]
    place = ("--state", state(resources=old), "--manifest", "S3")
    publish(*place)
    assert manifest(s3)["prefixes"] == ["192.0.2.8/31", "203.0.113.0/29"]
    assert "the stack still has it" in publish(*place, "--remove", "192.0.2.8/31", status=2)


def test_after_an_update_that_was_interrupted_nothing_is_removed(s3, publish, state):
    publish("--state", state(PARTNERS, MORE), "--manifest", "S3")
    place = ("--state", state(PARTNERS, pending=True), "--manifest", "S3")
    assert "the stack's last update was interrupted" in publish(*place, "--remove", "192.0.2.8/31", status=2)
    publish(*place)
    assert "192.0.2.8/31" in manifest(s3)["prefixes"]


def test_a_stack_that_is_gone_keeps_its_addresses_published_until_they_are_named(s3, publish, tmp_path, state):
    publish("--state", state(PARTNERS), "--manifest", "S3")
    kept = FileBackend(tmp_path)
    empty = {"version": 3, "checkpoint": {"stack": "organization/shop/prod", "latest": {"resources": []}}}
    kept.write(StackReference("shop", "prod"), json.dumps(empty).encode())
    gone = ("organization/shop/prod", "--backend", f"file://{tmp_path}", "--manifest", "S3")
    assert "shop/prod has no NAT gateway with addresses in its state" in publish(*gone, status=2)
    assert manifest(s3)["prefixes"] == ["203.0.113.0/29"]
    publish(*gone, "--remove", "203.0.113.0/29")
    assert manifest(s3)["prefixes"] == []


def test_a_bucket_with_versions_tells_the_version(s3, document, state):
    s3.client.put_bucket_versioning(Bucket="states", VersioningConfiguration={"Status": "Enabled"})
    place = document("--state", state(PARTNERS), "--manifest", "S3")["places"][0]
    head = s3.client.head_object(Bucket="states", Key="shop/prod.json")
    assert (place["etag"], place["versionId"], place["serial"]) == (head["ETag"], head["VersionId"], 1)
    assert document("--state", state(PARTNERS), "--manifest", "S3")["places"][0]["versionId"] == head["VersionId"]


def test_ipv6_goes_to_a_list_of_its_own(ec2, publish, state, capsys):
    path = state(PARTNERS, SIX)
    publish("--state", path, "--prefix-list", "four", "--prefix-list-ipv6", "six")
    assert set(ec2.entries(ec2.named("four")["PrefixListId"])) == {"203.0.113.0/29"}
    assert set(ec2.entries(ec2.named("six")["PrefixListId"])) == {"2001:db8::/124"}
    assert ec2.named("six")["AddressFamily"] == "IPv6"
    main(["publish", "--state", path, "--prefix-list", "four"])
    assert "note: the stack's IPv6 ranges are in no prefix list: give --prefix-list-ipv6" in capsys.readouterr().err


def test_no_list_is_made_for_nothing(ec2, document, state):
    (place,) = document("--state", state(PARTNERS), "--prefix-list-ipv6", "six")["places"]
    assert (place["changed"], place["id"]) == (False, None)
    assert ec2.all() == []


def test_a_list_of_somebody_else_is_asked_about_first(ec2, publish, state):
    id_ = ec2.make("partners", "198.51.100.7/32", description="by hand", owners=())
    assert "was not made by nat-egress publish: with --adopt" in publish(
        "--state", state(PARTNERS), "--prefix-list", id_, status=2
    )
    text = publish("--state", state(PARTNERS), "--prefix-list", id_, "--adopt")
    assert ec2.entries(id_) == {"198.51.100.7/32": "by hand", "203.0.113.0/29": "nat-egress shop/prod"}
    assert "198.51.100.7" not in text


def test_the_limit_is_kept(ec2, publish, state):
    arguments = ("--state", state(PARTNERS, MORE), "--prefix-list", "partners", "--max-entries")
    assert "needs room for 2 entries (0 are there, 2 come), and --max-entries is 1" in publish(
        *arguments, "1", status=2
    )
    publish(*arguments, "2")
    assert ec2.named("partners")["MaxEntries"] == 2


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_written(s3, ec2, publish, state):
    id_ = ec2.make("partners", owners=("shop/dev",))
    url = s3.url("other/prod.json")
    said = publish(
        "--state", state(PARTNERS), "--manifest", url, "--prefix-list", id_, "--prefix-list-ipv6", "pl-0", status=2
    )
    assert said.startswith("error: nothing is published:\n  - s3://other/prod.json: can't be read: ")
    assert "has no bucket 'other'" in said
    assert f"  - the prefix list {id_} (partners): was made for the stack shop/dev" in said
    assert "  - the prefix list pl-0: eu-west-1 has none of this id" in said
    assert ec2.entries(id_) == {}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "give at least one place"),
        (["--manifest", "https://partners.example/prod.json"], "--manifest must name an object"),
        (["--manifest", "s3://partners"], "--manifest must name an object"),
        (["--manifest", "s3://partners/shop/"], "--manifest must name an object"),
        (["--manifest", "s3://u:wJalrXUtnFEMI@partners/a"], "--manifest's s3:// URL has a user or a password"),
        (["--manifest", "s3://partners/a?regoin=x"], "--manifest s3://partners/a: unknown parameter 'regoin'"),
        (
            ["--manifest", "S3", "--remove", "203.0.113.1/29"],
            "--remove: 203.0.113.1/29 has host bits set: give a range",
        ),
    ],
)
def test_mistakes_on_the_command_line(publish, state, arguments, said):
    assert said in publish("--state", state(PARTNERS), *arguments, status=2)


def test_a_file_without_resources_tells_no_stack(publish, state):
    assert "has no resources, so it tells no stack" in publish(
        "--state", state(resources=[]), "--manifest", "S3", "--remove", "203.0.113.0/29", status=2
    )


def test_of_two_publishers_one_loses_and_says_so(s3, ec2, capsys, state, monkeypatch):
    """Both have read the manifest before either writes, and they have other addresses."""
    both, written, url = threading.Barrier(2), ManifestObject.write, s3.url("states/shop/prod.json")

    def write(self, content, replacing):
        both.wait(timeout=60)
        return written(self, content, replacing)

    monkeypatch.setattr(ManifestObject, "write", write)
    files = [Path(state(one)).rename(f"{one.id.rpartition('/')[2]}.json") for one in (PARTNERS, MORE)]
    commands = [["publish", "--state", str(file), "--manifest", url, "--prefix-list", "partners"] for file in files]
    with ThreadPoolExecutor() as pool:
        statuses = list(pool.map(main, commands))
    assert sorted(statuses) == [0, 1]
    assert "s3://states/shop/prod.json: somebody else has published since it was read" in capsys.readouterr().err
    winner = (PARTNERS, MORE)[statuses.index(0)].outputs["ipPrefix"]
    assert (manifest(s3)["serial"], manifest(s3)["prefixes"]) == (1, [winner])
    # The one that lost has not come as far as the prefix list.
    assert list(ec2.entries(ec2.named("partners")["PrefixListId"])) == [winner]


def test_what_was_done_before_a_failure_is_said(s3, ec2, publish, state, monkeypatch):
    id_ = ec2.make("partners")
    ec2.rules.before_next = [ec2.refusal("UnauthorizedOperation", "no")]
    said = publish("--state", state(PARTNERS), "--manifest", "S3", "--prefix-list", id_, status=2)
    assert "they need ec2:ModifyManagedPrefixList (done before: s3://states/shop/prod.json)" in said
    assert manifest(s3)["serial"] == 1


def test_no_boto3(publish, state, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("nat_egress.publishing.") and "_target" in name]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "nat_egress.publishing.manifest_object", raising=False)
    monkeypatch.setitem(sys.modules, "botocore.exceptions", None)
    said = publish("--state", state(PARTNERS), "--manifest", "S3", status=2)
    assert "which is not installed: pip install 'nat-egress[publish]'" in said
