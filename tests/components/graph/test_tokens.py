"""Type tokens name one resource of Azure in several ways."""

import pytest
from nat_egress.graph.tokens import Provider, parse, unversioned


@pytest.mark.parametrize(
    ("token", "provider", "kind", "version"),
    [
        ("azure-native:network:Subnet", Provider.AZURE_NATIVE, "network:Subnet", ""),
        ("azure-native:network/v20230201:Subnet", Provider.AZURE_NATIVE, "network:Subnet", "2023-02-01"),
        ("azure-native:network/v20230201preview:Subnet", Provider.AZURE_NATIVE, "network:Subnet", "2023-02-01"),
        ("azure-native_network_v20230201:network:Subnet", Provider.AZURE_NATIVE, "network:Subnet", "2023-02-01"),
        ("azure:network/subnet:Subnet", Provider.CLASSIC, "azure:network/subnet:Subnet", ""),
        ("nat-egress:index:NatEgress", Provider.OWN, "nat-egress:index:NatEgress", ""),
        (
            "random:index/randomPassword:RandomPassword",
            Provider.OTHER,
            "random:index/randomPassword:RandomPassword",
            "",
        ),
        ("pulumi:providers:azure-native", Provider.OTHER, "pulumi:providers:azure-native", ""),
        ("azure-native", Provider.AZURE_NATIVE, "azure-native", ""),
        ("", Provider.OTHER, "", ""),
    ],
)
def test_a_token_is_taken_apart(token, provider, kind, version):
    found = parse(token)
    assert (found.provider, found.kind, found.api_version) == (provider, kind, version)


def test_a_token_without_its_version():
    assert unversioned("azure-native:resources/v20240301:Deployment") == "azure-native:resources:Deployment"
    assert unversioned("command:local:Command") == "command:local:Command"
