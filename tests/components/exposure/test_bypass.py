"""What deploys past the policies is known by the tokens that the SDK has."""

import importlib

import pytest
from nat_egress.exposure import bypass
from nat_egress.exposure.evaluate import of_resource
from nat_egress.graph.declare import declare

NATIVE = sorted(token for token in (*bypass._TEMPLATES, *bypass._SCRIPTS) if token.startswith("azure-native:"))


@pytest.mark.parametrize("token", NATIVE)
def test_the_token_is_one_of_azure_native(token):
    _, module, name = token.split(":")
    assert hasattr(importlib.import_module(f"pulumi_azure_native.{module}"), name)


def found(inputs, kind="command:local:Command"):
    resource = declare(f"urn:pulumi:s::p::{kind}::c", kind, inputs)
    return [(one.policy, one.verdict.value) for one in of_resource(resource)]


@pytest.mark.parametrize(
    "line",
    [
        "az vm create",
        "sudo az network nic update",
        "set -e; az login",
        "terraform apply",
        "pwsh -c New-AzVM -Name x",
        "curl -X PUT https://management.azure.com/subscriptions/x",
    ],
)
def test_a_command_that_reaches_azure_is_warned_of(line):
    assert found({"create": line}) == [("opaque-deployment", "warn")]


@pytest.mark.parametrize("line", ["make azure", "echo baz", "cat /etc/az.conf", "./lazy", "npm run pulumi-docs"])
def test_any_other_command_is_none_of_its_business(line):
    assert found({"create": line}) == []


def test_a_command_that_is_not_known():
    unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    assert found({"create": unknown}) == [("opaque-deployment", "undecidable")]


@pytest.mark.parametrize("depth", [100, 700, 100_000])
def test_a_template_that_is_deeper_than_can_be_read_is_told_and_breaks_nothing(depth):
    deep = '{"resources":[{"type":"Microsoft.Network/networkInterfaces","x":' + "[" * depth + "]" * depth + "}]}"
    token = "azure:core/resourceGroupTemplateDeployment:ResourceGroupTemplateDeployment"
    assert found({"templateContent": deep}, token) == [("opaque-deployment", "warn")]


def in_template(*resources):
    return found({"properties": {"template": {"resources": list(resources)}}}, "azure-native:resources:Deployment")


DENIED = [("opaque-deployment", "deny")]
WARNED = [("opaque-deployment", "warn")]


def test_a_resource_inside_another_of_a_template_has_its_parents_type():
    pool = {"type": "agentPools", "properties": {"enableNodePublicIP": True}}
    cluster = {
        "type": "Microsoft.ContainerService/managedClusters",
        "properties": {"networkProfile": {"outboundType": "managedNATGateway"}},
    }
    assert in_template({**cluster, "resources": [pool]}) == DENIED
    assert in_template(cluster) == WARNED


@pytest.mark.parametrize(
    ("value", "verdict"),
    [("[parameters('public')]", WARNED), ("[[true]", WARNED), (True, DENIED), ("true", DENIED), (False, WARNED)],
)
def test_an_expression_of_a_template_is_not_known(value, verdict):
    kind = "Microsoft.ContainerService/managedClusters/agentPools"
    assert in_template({"type": kind, "properties": {"enableNodePublicIP": value}}) == verdict


def test_an_outbound_type_that_a_parameter_says_is_not_taken_for_another():
    kind = "Microsoft.ContainerService/managedClusters"
    said = "[parameters('outboundType')]"
    assert in_template({"type": kind, "properties": {"networkProfile": {"outboundType": said}}}) == WARNED
    assert in_template({"type": kind, "properties": {"networkProfile": {"outboundType": "loadBalancer"}}}) == DENIED
