"""`nat-egress capacity`: states of several forms, what is printed, its JSON against its reference, and mistakes."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest
from nat_egress.cli.app import main
from nat_egress.state import FileBackend, Passphrase, StackReference, checkpoint
from nat_egress.state.model import ResourceState, Snapshot
from nat_egress.state.values import Secret
from nat_egress.state.workspace import open_backend

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs" / "capacity.md").read_text().split("## What a stack has deployed")[1].split("\n## ")[0]
SIZE_GUIDE = (ROOT / "docs" / "capacity.md").read_text().split("`--json` prints the same")[1].split("In a program:")[0]
SHOP = ROOT / "docs" / "examples" / "shop.profile.yaml"
GROUP = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network"
URN = "urn:pulumi:dev::shop::"
COMPONENT = f"{URN}nat-egress:index:NatEgress::egress"
PASSWORD = "hunter2hunter2"
CARRIED = {
    "end": {"fin": 1},
    "destinations": {
        "payments": {
            "destination": {"host": "api.payments.example", "port": 443},
            "source": {"machines": 6, "processes_per_machine": 4},
            "requests": {"rate_per_s": 3000, "per_connection": 1, "spacing_s": 0.2},
        }
    },
}


def resource(kind, name, outputs, **more):
    urn, type_ = f"{URN}azure-native:network:{kind}::{name}", f"azure-native:network:{kind}"
    id_ = f"{GROUP}/{kind}/{name}-1234"
    return ResourceState(urn, type_, custom=True, id=id_, outputs=outputs, **more)


def stack(*, length=31, foreign=(), profile=None, gateways=("egress",)):
    prefix = resource("PublicIPPrefix", "partners", {"prefixLength": length})
    inputs = {} if profile is None else {"capacityProfile": profile}
    references = [{"id": prefix.id}, *({"id": one} for one in foreign)]
    outputs = {"publicIpPrefixes": references, "idleTimeoutInMinutes": 4, "sku": {"name": "Standard"}}
    return [
        ResourceState(f"{URN}pulumi:pulumi:Stack::shop-dev", "pulumi:pulumi:Stack", outputs={"p": Secret(PASSWORD)}),
        ResourceState(COMPONENT, "nat-egress:index:NatEgress", inputs=inputs),
        prefix,
        *(resource("NatGateway", name, outputs, parent=COMPONENT) for name in gateways),
    ]


@cache
def locked():
    """Return a crypter whose key is derived once."""
    return Passphrase("correct horse").crypter(None)


def exported(path, resources):
    """Write a state with its secrets encrypted, as `pulumi stack export` does."""
    crypter = locked()
    deployment = checkpoint.dump(Snapshot(resources), lambda _secret, text: {"ciphertext": crypter.encrypt(text)})
    deployment["secrets_providers"] = crypter.provider
    assert PASSWORD not in json.dumps(deployment)
    path.write_text(json.dumps({"version": 3, "deployment": deployment}))
    return path


@pytest.fixture(autouse=True)
def nobody(monkeypatch, tmp_path):
    """Take away the project, the login and the passphrase of whoever runs the tests."""
    monkeypatch.setenv("COLUMNS", "118")
    for name in ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def state(tmp_path):
    def make(**wanted):
        return exported(tmp_path / "state.json", stack(**wanted))

    return make


def ran(capsys, *arguments, status=0):
    assert main(["capacity", *map(str, arguments)]) == status
    out, err = capsys.readouterr()
    assert (err == "") == (status != 2)
    assert PASSWORD not in out + err
    return out or err


def words(text):
    return " ".join(text.split())


def document(capsys, *arguments, status=0):
    return json.loads(ran(capsys, *arguments, "--json", status=status))


def test_without_a_profile_it_says_what_is_there(capsys, state):
    text = ran(capsys, "--state", state())
    assert "egress-1234: 2 addresses, 129,024 SNAT ports, for TCP and UDP each" in text
    assert "Standard, no zone, idle timeout 4 minutes" in text
    assert "1 x /31" in text
    assert "carries no traffic profile: give one with --profile" in text
    (gateway,) = document(capsys, "--state", state())["gateways"]
    assert (gateway["addresses"], gateway["snat_ports"], gateway["capacity"]) == (2, 129_024, None)


def test_the_figures_are_for_what_is_deployed(capsys, state):
    text = ran(capsys, "--state", state(length=29), "--profile", SHOP)
    assert f"Enough: the profile ({SHOP}) needs 2 addresses." in words(text)
    assert "Limits, with 8 addresses" in text
    for limit in ("ports of an address", "source ports of a machine", "packets/s", "addresses of the gateway"):
        assert limit in text
    (gateway,) = document(capsys, "--state", state(length=29), "--profile", SHOP)["gateways"]
    found = gateway["capacity"]["size"]
    assert (found["addresses"], found["addresses_deployed"], found["enough"]) == (2, 8, True)
    ports = next(limit for limit in found["limits"] if limit["name"] == "ports of an address")
    assert ports["used"] == pytest.approx(1500 * 65.2 / 8)


def test_too_few_addresses_are_not_enough(capsys, state):
    text = ran(capsys, "--state", state(profile=CARRIED), status=1)
    judged = "Not enough: the profile (capacityProfile of NatEgress 'egress') needs 4 addresses, 2 more than there are"
    assert f"{judged}: 1 x /30, 4 addresses. The limit that binds: ports of an address (payments) at" in words(text)
    (gateway,) = document(capsys, "--state", state(profile=CARRIED), status=1)["gateways"]
    found = gateway["capacity"]
    assert (found["enough"], found["addresses_needed"], found["addresses_missing"]) == (False, 4, 2)
    assert found["size"]["addresses_deployed"] == 2


def test_a_profile_that_is_given_comes_before_the_one_that_the_state_carries(capsys, state):
    assert ran(capsys, "--state", state(profile=CARRIED), "--profile", SHOP).count("Enough") == 1


def test_a_prefix_outside_of_the_state_is_told_apart(capsys, state):
    foreign = f"{GROUP}/publicIPPrefixes/elsewhere"
    path = state(profile=CARRIED, foreign=[foreign])
    text = words(ran(capsys, "--state", path, status=1))
    assert "egress-1234: at least 2 addresses, at least 129,024 SNAT ports" in text
    assert "elsewhere: not counted: the state has no size" in text
    assert "Not known to be enough: the profile" in text
    (gateway,) = document(capsys, "--state", path, status=1)["gateways"]
    assert gateway["addresses_complete"] is False
    assert gateway["capacity"]["enough"] is None
    assert gateway["attached"][1] == {
        "kind": "prefix",
        "id": foreign,
        "length": None,
        "addresses": None,
        "told_by": None,
    }


def test_a_profile_of_another_idle_timeout_is_told(capsys, state, tmp_path):
    longer = tmp_path / "p.yaml"
    longer.write_text(f"idle_timeout_minutes: 30\n{SHOP.read_text()}")
    text = ran(capsys, "--state", state(), "--profile", longer)
    assert "the profile has an idle timeout in minutes of 30, the gateway 4: figures are for the gateway's" in text


def test_one_of_several_gateways_is_chosen_by_either_name(capsys, state):
    path = state(gateways=("first", "second"))
    assert [one["name"] for one in document(capsys, "--state", path)["gateways"]] == ["first-1234", "second-1234"]
    for name in ("second", "second-1234"):
        (found,) = document(capsys, "--state", path, "--gateway", name)["gateways"]
        assert found["logical_name"] == "second"
    assert "no NAT gateway named 'third'; it has: first-1234, second-1234" in ran(
        capsys, "--state", path, "--gateway", "third", status=2
    )


def kept(folder, resources):
    folder.mkdir(exist_ok=True)
    content = json.loads(exported(folder / "x.json", resources).read_text())
    checkpoint_ = {"stack": "organization/shop/dev", "latest": content["deployment"]}
    return json.dumps({"version": 3, "checkpoint": checkpoint_}).encode()


def in_backend(folder, resources):
    FileBackend(folder).write(StackReference("shop", "dev"), kept(folder, resources))
    return f"file://{folder}"


@pytest.mark.process
@pytest.mark.parametrize(("store", "noun"), [("s3", "bucket"), ("azblob", "container")])
def test_a_stack_in_a_bucket_is_read_as_one_in_a_folder(capsys, tmp_path, request, store, noun):
    url = request.getfixturevalue(store).url
    folder = in_backend(tmp_path / "states", stack(profile=CARRIED))
    open_backend(url("states/team")).write(
        StackReference("shop", "dev"), kept(tmp_path / "other", stack(profile=CARRIED))
    )
    same = document(capsys, "organization/shop/dev", "--backend", folder, status=1)
    assert document(capsys, "organization/shop/dev", "--backend", url("states/team"), status=1) == same
    (tmp_path / "Pulumi.yaml").write_text(f"name: shop\nbackend: {{url: '{url('states/team')}'}}")
    assert document(capsys, "dev", status=1) == same
    assert "of this project it has: dev" in ran(capsys, "prod", status=2)
    said = ran(capsys, "dev", "--backend", url("nowhere"), status=2)
    assert f"has no {noun} 'nowhere': check the name in the backend's URL" in words(said)


def test_a_stack_is_found_as_the_cli_finds_it(capsys, tmp_path, monkeypatch):
    url = in_backend(tmp_path / "states", stack())
    assert "name the stack in full" in ran(capsys, "dev", "--backend", url, status=2)
    full = document(capsys, "organization/shop/dev", "--backend", url)
    assert full["stack"] == "organization/shop/dev"
    (tmp_path / "Pulumi.yaml").write_text("name: shop")
    assert "nothing says which backend" in ran(capsys, "dev", status=2)
    assert document(capsys, "dev", "--backend", url) == full
    monkeypatch.setenv("PULUMI_BACKEND_URL", url)
    assert document(capsys, "dev") == full
    said = ran(capsys, "prod", status=2)
    assert f"{url} has no stack organization/shop/prod; of this project it has: dev" in said


def test_an_export_tells_the_stack_by_its_urns(capsys, state):
    assert document(capsys, "--state", state())["stack"] == "organization/shop/dev"


def keys(value):
    if isinstance(value, dict):
        return set(value) | {key for inside in value.values() for key in keys(inside)}
    return {key for item in value for key in keys(item)} if isinstance(value, list) else set()


def test_every_key_of_the_json_is_documented_and_there(capsys, state):
    found = document(capsys, "--state", state(profile=CARRIED), status=1)
    size = found["gateways"][0]["capacity"].pop("size")
    table = "\n".join(line.split("|")[1] + line.split("|")[2] for line in GUIDE.splitlines() if line.startswith("| `"))
    values = {"prefix", "address", "resource", "component"}
    documented = {name.removesuffix("[]") for name in re.findall(r"`([a-z_]+(?:\[\])?)`", table)}
    assert documented - values == keys(found) | {"size"}
    assert keys(size) <= {name.removesuffix("[]") for name in re.findall(r"`([a-z_]+(?:\[\])?)`", SIZE_GUIDE)}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "give either a stack or --state"),
        (("dev", "--state", "state.json"), "give either a stack or --state"),
        (("--state", "state.json", "--backend", "file://."), "--backend says where a stack is kept"),
        (("--state", "none.json"), "none.json: can't be read: No such file"),
        (("--state", "Pulumi.yaml"), "Pulumi.yaml: line 1, column 1: not JSON"),
        (("--state", "empty.json"), "empty.json has no NAT gateway in its state"),
        (("dev", "--backend", "s3://states?colour=red"), "unknown parameter 'colour'"),
        (("dev", "--backend", "gs://states"), "a backend of gs:// is not read here"),
        (("dev", "--backend", "azblob://states?colour=red"), "unknown parameter 'colour'"),
        (("--state", "state.json", "--profile", "none.yaml"), "none.yaml is given: no such file"),
    ],
)
def test_mistakes_are_one_message(capsys, state, tmp_path, arguments, said):
    state()
    (tmp_path / "Pulumi.yaml").write_text("name: shop")
    (tmp_path / "empty.json").write_text('{"version": 3, "deployment": {}}')
    out = ran(capsys, *arguments, "--json", status=2)
    assert out.startswith("error: ")
    assert said in out


def test_a_profile_in_the_state_that_can_not_be_used_is_refused(capsys, state):
    assert "capacityProfile.destinations is" in ran(capsys, "--state", state(profile={"destinations": 1}), status=2)
    hidden = state(profile=Secret(CARRIED))
    assert "capacityProfile of NatEgress 'egress' is secret" in ran(capsys, "--state", hidden, status=2)
