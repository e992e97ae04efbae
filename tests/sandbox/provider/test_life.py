"""The life of resources, through the real process and the sandbox's own control plane."""

from __future__ import annotations

import time
from typing import Any, TypeAlias

import grpc
import pytest
from azure_sandbox.provider.protocol import provider_pb2
from azure_sandbox.provider.wire import UNKNOWN

Engine: TypeAlias = Any
"""The fixture of that name; see conftest.py."""

Made: TypeAlias = Any
"""Id, inputs and outputs."""


def refused(error: pytest.ExceptionInfo[grpc.RpcError]) -> str:
    assert error.value.code() is grpc.StatusCode.UNKNOWN
    return str(error.value.details())


def network(engine: Engine, group: str, **more: Any) -> Made:
    news = {"resourceGroupName": group, "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, **more}
    return engine.make("VirtualNetwork", "net", news)


def subnet(engine: Engine, group: str, net: dict[str, Any], name: str = "a", **more: Any) -> Made:
    news = {"resourceGroupName": group, "virtualNetworkName": net["virtualNetworkName"], **more}
    return engine.make("Subnet", name, {"addressPrefix": "10.0.0.0/24", **news})


def gateway(engine: Engine, group: str, **more: Any) -> Made:
    return engine.make("NatGateway", "gw", {"resourceGroupName": group, "sku": {"name": "Standard"}, **more})


def test_a_gateway_from_preview_to_deletion(engine: Engine, group: str) -> None:
    news = {"resourceGroupName": group, "sku": {"name": "Standard"}, "idleTimeoutInMinutes": 4}
    inputs = engine.check("NatGateway", "gw", news)
    assert inputs["location"] == "westeurope"
    assert engine.preview("NatGateway", "gw", inputs)["resourceGuid"] == UNKNOWN
    resource_id, outputs = engine.create("NatGateway", "gw", inputs)
    assert resource_id.endswith(f"/resourceGroups/{group}/providers/Microsoft.Network/natGateways/{outputs['name']}")
    assert outputs["idleTimeoutInMinutes"] == 4
    assert (outputs["azureApiVersion"], outputs["provisioningState"]) == ("2024-05-01", "Succeeded")
    assert "id" not in outputs

    changed = {**inputs, "idleTimeoutInMinutes": 10}
    foreseen = engine.update("NatGateway", "gw", resource_id, changed, outputs, preview=True)
    assert (foreseen["name"], foreseen["idleTimeoutInMinutes"]) == (outputs["name"], 10)
    assert engine.read("NatGateway", resource_id)[2]["idleTimeoutInMinutes"] == 4
    updated = engine.update("NatGateway", "gw", resource_id, changed, outputs, preview=False)
    assert updated["idleTimeoutInMinutes"] == 10

    engine.delete("NatGateway", resource_id)
    assert engine.read("NatGateway", resource_id, inputs, outputs) == ("", {}, {})
    engine.delete("NatGateway", resource_id)


def test_a_preview_touches_nothing(engine: Engine, group: str) -> None:
    inputs = engine.check("NatGateway", "gw", {"resourceGroupName": group, "natGatewayName": "n"})
    engine.preview("NatGateway", "gw", inputs)
    engine.create("NatGateway", "gw", inputs)


def test_what_exists_is_not_created_again(engine: Engine, group: str) -> None:
    resource_id, inputs, _ = gateway(engine, group)
    with pytest.raises(grpc.RpcError) as error:
        engine.create("NatGateway", "gw", inputs)
    assert refused(error) == f"cannot create already existing resource '{resource_id}'"


def test_arms_code_and_words_reach_the_engine(engine: Engine, group: str) -> None:
    gateway_id, *_ = gateway(engine, group)
    _, net, _ = network(engine, group)
    subnet(engine, group, net, natGateway={"id": gateway_id})
    with pytest.raises(grpc.RpcError) as error:
        engine.delete("NatGateway", gateway_id)
    assert refused(error).startswith('Status=400 Code="CannotDeleteNatGatewayAssociatedToSubnet" Message="')


def test_a_change_that_azure_refuses_is_an_update_and_then_an_error(engine: Engine, group: str) -> None:
    resource_id, inputs, outputs = gateway(engine, group, zones=["1"])
    changed = {**inputs, "zones": ["2"]}
    found = engine.diff("NatGateway", inputs, changed, outputs)
    assert (list(found.diffs), list(found.replaces)) == (["zones"], [])
    assert found.detailedDiff["zones[0]"].kind == provider_pb2.PropertyDiff.UPDATE
    with pytest.raises(grpc.RpcError) as error:
        engine.update("NatGateway", "gw", resource_id, changed, outputs, preview=False)
    assert 'Code="' in refused(error)
    assert engine.read("NatGateway", resource_id)[2]["zones"] == ["1"]


def test_a_replacement_on_the_wire(engine: Engine) -> None:
    old = {"natGatewayName": "a", "__createBeforeDelete": True}
    found = engine.diff("NatGateway", old, {**old, "natGatewayName": "b"})
    assert (found.changes, found.hasDetailedDiff, found.deleteBeforeReplace) == (2, True, False)
    assert list(found.replaces) == ["natGatewayName"]
    assert found.detailedDiff["natGatewayName"].kind == provider_pb2.PropertyDiff.UPDATE_REPLACE
    assert found.detailedDiff["natGatewayName"].inputDiff
    same = engine.diff("NatGateway", old, old)
    assert (same.changes, same.hasDetailedDiff) == (provider_pb2.DiffResponse.DIFF_NONE, False)


def test_subnets_of_their_own_outlive_an_update_of_the_network(engine: Engine, group: str) -> None:
    net_id, net, net_state = network(engine, group)
    assert net_state["subnets"] == []
    subnet_id, subnet_inputs, subnet_state = subnet(engine, group, net)
    wider = {**net, "addressSpace": {"addressPrefixes": ["10.0.0.0/16", "10.1.0.0/16"]}}
    updated = engine.update("VirtualNetwork", "net", net_id, wider, net_state, preview=False)
    assert [item["id"] for item in updated["subnets"]] == [subnet_id]
    _, refreshed, state = engine.read("VirtualNetwork", net_id, wider, updated)
    assert "subnets" not in refreshed
    assert [item["addressPrefix"] for item in state["subnets"]] == ["10.0.0.0/24"]
    assert engine.read("Subnet", subnet_id, subnet_inputs, subnet_state)[1] == subnet_inputs


def test_inline_subnets_that_are_taken_away_are_deleted(engine: Engine, group: str) -> None:
    inline = [{"name": "a", "addressPrefix": "10.0.0.0/24"}, {"name": "b", "addressPrefix": "10.0.1.0/24"}]
    net_id, net, state = network(engine, group, subnets=inline)
    assert len(state["subnets"]) == 2
    updated = engine.update("VirtualNetwork", "net", net_id, {**net, "subnets": inline[:1]}, state, preview=False)
    assert [item["name"] for item in updated["subnets"]] == ["a"]


@pytest.mark.parametrize(
    ("kind", "child", "settings"),
    [
        (
            ("NetworkSecurityGroup", "networkSecurityGroupName", "securityRules"),
            "SecurityRule",
            {
                "access": "Deny",
                "direction": "Inbound",
                "priority": 100,
                "protocol": "*",
                "sourceAddressPrefix": "*",
                "sourcePortRange": "*",
                "destinationAddressPrefix": "*",
                "destinationPortRange": "*",
            },
        ),
        (
            ("RouteTable", "routeTableName", "routes"),
            "Route",
            {"addressPrefix": "0.0.0.0/0", "nextHopType": "Internet"},
        ),
    ],
)
def test_rules_and_routes_of_their_own_outlive_an_update(
    engine: Engine, group: str, kind: tuple[str, str, str], child: str, settings: dict[str, Any]
) -> None:
    parent_kind, parameter, collection = kind
    parent_id, parent, state = engine.make(parent_kind, "parent", {"resourceGroupName": group})
    child_id, *_ = engine.make(child, "one", {"resourceGroupName": group, parameter: parent[parameter], **settings})
    tagged = {**parent, "tags": {"a": "b"}}
    updated = engine.update(parent_kind, "parent", parent_id, tagged, state, preview=False)
    assert [item["id"] for item in updated[collection]] == [child_id]
    assert engine.read(parent_kind, parent_id, tagged, updated)[1] == tagged


def test_an_import_gives_inputs_that_mean_no_change(engine: Engine, group: str) -> None:
    prefix_id, *_ = engine.make(
        "PublicIPPrefix", "p", {"resourceGroupName": group, "prefixLength": 30, "sku": {"name": "Standard"}}
    )
    made = {"publicIpPrefixes": [{"id": prefix_id}], "idleTimeoutInMinutes": 4}
    resource_id, inputs, _ = gateway(engine, group, **made)
    found_id, imported, outputs = engine.read("NatGateway", resource_id)
    assert found_id == resource_id
    program = {name: value for name, value in inputs.items() if not name.startswith("__")}
    assert list(engine.diff("NatGateway", imported, program, outputs).diffs) == []


def test_what_somebody_changes_in_azure_is_seen(engine: Engine, group: str) -> None:
    resource_id, inputs, outputs = gateway(engine, group, idleTimeoutInMinutes=4)
    engine.update("NatGateway", "gw", resource_id, {**inputs, "idleTimeoutInMinutes": 9}, outputs, preview=False)
    _, refreshed, _ = engine.read("NatGateway", resource_id, inputs, outputs)
    assert refreshed == {**inputs, "idleTimeoutInMinutes": 9}


def test_functions_read_what_is_there(engine: Engine, group: str) -> None:
    resource_id, _, outputs = gateway(engine, group)
    found = engine.invoke(
        "azure-native:network:getNatGateway", {"resourceGroupName": group, "natGatewayName": outputs["name"]}
    )
    assert found == {"id": resource_id, **outputs}
    with pytest.raises(grpc.RpcError) as error:
        engine.invoke("azure-native:network:getNatGateway", {"resourceGroupName": group, "natGatewayName": "none"})
    assert refused(error).startswith(f"request failed {resource_id.rpartition('/')[0]}/none: Status=404 Code=")


@pytest.mark.parametrize("name", ["getClientConfig", "getClientToken"])
def test_credentials_are_refused_by_name(engine: Engine, name: str) -> None:
    token = f"azure-native:authorization:{name}"
    with pytest.raises(grpc.RpcError) as error:
        engine.invoke(token, {})
    assert refused(error) == f"{token} is not served: the sandbox has no credentials and reads none"


def test_another_api_versions_type_is_named(engine: Engine) -> None:
    token = "azure-native:network/v20250701:NatGateway"
    request = provider_pb2.CheckRequest(urn=f"urn:pulumi:dev::project::{token}::x")
    with pytest.raises(grpc.RpcError) as error:
        engine.stub.Check(request)
    assert f"does not serve the resource type {token}. It serves" in refused(error)


def test_a_group_without_a_location_is_told_what_to_do(engine: Engine) -> None:
    _, failures = engine.check_all("ResourceGroup", "rg", {})
    assert [failure.partition(". ")[0] for failure in failures] == ["missing required property 'location'"]
    assert "'pulumi config set azure-native:location <value>'" in failures[0]


def test_names_can_be_switched_off(engine: Engine, group: str) -> None:
    off = provider_pb2.CheckRequest.AutonamingOptions(mode=provider_pb2.CheckRequest.AutonamingOptions.DISABLE)
    _, failures = engine.check_all("NatGateway", "gw", {"resourceGroupName": group}, autonaming=off)
    assert failures == ["missing required property 'natGatewayName'"]


def test_a_preview_of_many_subnets_is_quick(engine: Engine) -> None:
    """Far above what is measured (under 1 ms a call), so that only a change of order fails on a busy machine."""
    news = {
        "resourceGroupName": UNKNOWN,
        "virtualNetworkName": UNKNOWN,
        "addressPrefix": "10.0.0.0/24",
        "natGateway": {"id": UNKNOWN},
        "delegations": [{"name": "d", "serviceName": "Microsoft.Web/serverFarms"}],
    }
    subnets = 100
    began = time.perf_counter()
    for number in range(subnets):
        inputs = engine.check("Subnet", f"s{number}", news)
        engine.diff("Subnet", inputs, inputs)
        engine.preview("Subnet", f"s{number}", inputs)
    assert (time.perf_counter() - began) / (3 * subnets) < 0.02
