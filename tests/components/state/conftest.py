from __future__ import annotations

from typing import Any

import pytest

URN = "urn:pulumi:dev::shop::"


def urn(kind: str, name: str) -> str:
    return f"{URN}{kind}::{name}"


@pytest.fixture
def deployment() -> dict[str, Any]:
    """A deployment with a stack, a provider, a network and a subnet, as the CLI writes one."""
    stack = urn("pulumi:pulumi:Stack", "shop-dev")
    provider = urn("pulumi:providers:azure-native", "default_3_29_0")
    network = urn("azure-native:network:VirtualNetwork", "net")
    reference = f"{provider}::7b0c0ad1-0000-4000-8000-000000000000"
    return {
        "manifest": {"time": "2026-08-01T00:00:00Z", "magic": "", "version": ""},
        "resources": [
            {"urn": stack, "custom": False, "type": "pulumi:pulumi:Stack", "outputs": {"addresses": ["192.0.2.1"]}},
            {
                "urn": provider,
                "custom": True,
                "id": "7b0c0ad1-0000-4000-8000-000000000000",
                "type": "pulumi:providers:azure-native",
                "inputs": {"location": "westeurope", "version": "3.29.0"},
            },
            {
                "urn": network,
                "custom": True,
                "id": "/subscriptions/x/virtualNetworks/net",
                "type": "azure-native:network:VirtualNetwork",
                "inputs": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}},
                "outputs": {"name": "net1234", "count": 3, "share": 0.5},
                "parent": stack,
                "protect": True,
                "provider": reference,
                "propertyDependencies": {"addressSpace": []},
                "created": "2026-08-01T00:00:00.123456789Z",
                "modified": "2026-08-01T00:00:00.123456789Z",
                "sourcePosition": "project:///__main__.py#3",
            },
            {
                "urn": urn("azure-native:network:Subnet", "web"),
                "custom": True,
                "id": "/subscriptions/x/virtualNetworks/net/subnets/web",
                "type": "azure-native:network:Subnet",
                "parent": stack,
                "dependencies": [network],
                "provider": reference,
                "propertyDependencies": {"virtualNetworkName": [network]},
                "customTimeouts": {"create": 600},
                "ignoreChanges": ["tags"],
            },
        ],
        "pending_operations": [
            {
                "resource": {
                    "urn": urn("azure-native:network:NatGateway", "gw"),
                    "custom": True,
                    "type": "azure-native:network:NatGateway",
                },
                "type": "creating",
            }
        ],
        "metadata": {},
    }
