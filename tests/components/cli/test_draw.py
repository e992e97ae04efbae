"""`nat-egress draw`: formats, views, files, secrets, and mistakes."""

from __future__ import annotations

import json

import pytest
from nat_egress.cli.app import main
from nat_egress.state import FileBackend, StackReference, checkpoint
from nat_egress.state.model import ResourceState, Snapshot
from nat_egress.state.values import Secret

from tests.components.cli.test_audit import nobody, resource  # noqa: F401 - the fixture is taken as it is

GROUP = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network"


def stack(prefix="10.0.0.0/24"):
    gateway = resource("NatGateway", "egress", {"natGatewayName": "egress", "resourceGroupName": "rg"})
    net = resource("VirtualNetwork", "net", {"virtualNetworkName": "net", "resourceGroupName": "rg"})
    inputs = {"subnetName": "web", "virtualNetworkName": "net", "resourceGroupName": "rg", "addressPrefix": prefix}
    web = resource("Subnet", "web", {**inputs, "defaultOutboundAccess": False}, dependencies=[net.urn])
    for one, id_ in ((gateway, "natGateways/egress"), (net, "virtualNetworks/net")):
        one.id = f"{GROUP}/{id_}"
    web.id = f"{GROUP}/virtualNetworks/net/subnets/web"
    return [gateway, net, web]


@pytest.fixture
def draw(capsys):
    def run(*arguments, status=0):
        assert main(["draw", *map(str, arguments)]) == status
        return capsys.readouterr()

    return run


BEGINS = {
    "html": "<!DOCTYPE html>\n<html",
    "svg": "<svg",
    "dot": 'digraph "organization/shop/dev" {',
    "mermaid": "flowchart LR",
    "json": '{\n  "version": 1',
}


@pytest.mark.parametrize("form", list(BEGINS))
def test_each_format_to_the_terminal_and_to_a_file(draw, state, tmp_path, form):
    told = draw("--state", state(*stack()), "--format", form)
    assert told.out.startswith(BEGINS[form])
    assert told.out.endswith("\n")
    assert "web" in told.out
    assert told.err == ""
    file = tmp_path / "drawing"
    written = draw("--state", state(*stack()), "--format", form, "--output", file)
    assert written.out == f"{file} shows the network of organization/shop/dev\n"
    assert file.read_text(encoding="utf-8") == told.out


@pytest.mark.parametrize(
    ("ending", "form"),
    [
        ("html", "html"),
        ("SVG", "svg"),
        ("dot", "dot"),
        ("gv", "dot"),
        ("mmd", "mermaid"),
        ("mermaid", "mermaid"),
        ("json", "json"),
        ("txt", "html"),
    ],
)
def test_the_name_of_the_file_says_the_format(draw, state, tmp_path, ending, form):
    file = tmp_path / f"x.{ending}"
    draw("--state", state(*stack()), "--output", file)
    assert file.read_text().startswith(BEGINS[form])
    draw("--state", state(*stack()), "--output", file, "--format", "dot")
    assert file.read_text().startswith(BEGINS["dot"])


def test_a_page_if_nothing_is_said(draw, state):
    assert draw("--state", state(*stack())).out.startswith(BEGINS["html"])


def test_json_for_short(draw, state):
    document = json.loads(draw("--state", state(*stack()), "-j").out)
    (net,) = document["networks"]
    assert [one["name"] for one in net["subnets"]] == ["web"]
    assert document["stack"] == "organization/shop/dev"
    assert document["preview"] is False


def test_the_resources(draw, state):
    document = json.loads(draw("--state", state(*stack()), "--view", "resources", "--json").out)
    assert {one["name"]: len(one["dependencies"]) for one in document["resources"]} == {"egress": 0, "net": 0, "web": 1}


def test_a_stack_of_a_backend(draw, tmp_path):
    backend = FileBackend(tmp_path / "states")
    deployment = {"version": 3, "checkpoint": {"stack": "organization/shop/dev"}}
    deployment["checkpoint"]["latest"] = checkpoint.dump(Snapshot(stack()), lambda *_: {})
    file = tmp_path / "states" / ".pulumi" / "stacks" / "shop" / "dev.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(deployment))
    assert backend.read(StackReference("shop", "dev")) is not None
    told = draw("organization/shop/dev", "--backend", f"file://{tmp_path}/states", "--format", "mermaid").out
    assert "subnet web" in told


def test_what_is_about_to_be_deleted_is_not_drawn(draw, state):
    found = stack()
    found[2].delete = True
    assert "subnet web" not in draw("--state", state(*found), "--format", "dot").out


@pytest.mark.parametrize("opened", [False, True])
@pytest.mark.parametrize("form", list(BEGINS))
def test_secrets_are_not_shown_even_where_they_are_opened(draw, state, monkeypatch, form, opened):
    if opened:
        monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "correct horse")
    told = draw("--state", state(*stack(Secret("10.9.9.0/24"))), "--format", form)
    assert "10.9.9" not in told.out + told.err
    assert ("secrets that were not opened" in told.err) != opened
    shown = {"mermaid": "#91;secret#93;"}.get(form, "[secret]") if opened else ""
    assert shown in told.out


def test_a_state_without_resources_says_so(draw, state):
    told = draw("--state", state(), "--format", "svg")
    assert "has no resources in its state" in told.err
    assert told.out.startswith("<svg")


def test_components_are_no_part_of_a_network(draw, state):
    component = ResourceState("urn:pulumi:dev::shop::a:b:C::<c>", "a:b:C")
    assert "<c>" not in draw("--state", state(component, *stack()), "--format", "dot").out
    assert "<c>" in draw("--state", state(component, *stack()), "--format", "dot", "--view", "resources").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "give either a stack or --state"),
        (("--state", "none.json"), "none.json: can't be read: No such file"),
        (("--state", "state.json", "--output", "none/x.html"), "--output is none/x.html, which can't be written: No"),
        (("--state", "state.json", "--json", "--format", "svg"), "--json and --format svg ask for two formats"),
        (
            ("--state", "state.json", "--view", "resources"),
            "the resources are written as dot, mermaid, json, not as html",
        ),
    ],
)
def test_mistakes_are_one_message(draw, state, arguments, said):
    state(*stack())
    told = draw(*arguments, status=2)
    assert told.out == ""
    assert told.err.startswith("error: ")
    assert said in told.err
