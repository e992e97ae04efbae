"""The resource types that the sandbox serves, one row each.

Paths and the names of their parameters are those of Microsoft's swagger (Microsoft.Network 2024-05-01,
Microsoft.Compute 2024-11-01 and, for disks, 2024-03-02, Microsoft.Resources 2024-03-01, and for alerts those below: the
versions that azure-native v3 defaults to). What replaces follows azure-native's `provider/pkg/gen/replacement.go`, on
top of every path parameter; it lists nothing of Microsoft.Compute, whose swagger marks nothing as fixed either
(`x-ms-mutability`): what ARM then refuses to change about a machine is an update in every preview
(pulumi/pulumi-azure-native#577, open in 2026). Of metric alerts, alert processing rules and workbooks the swagger marks
the location.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .errors import ProviderError

NETWORK_API: Final = "2024-05-01"
COMPUTE_API: Final = "2024-11-01"
DISKS_API: Final = "2024-03-02"
RESOURCES_API: Final = "2024-03-01"
METRIC_ALERTS_API: Final = "2018-03-01"
ACTION_GROUPS_API: Final = "2024-10-01-preview"
ACTIVITY_LOG_ALERTS_API: Final = "2020-10-01"
ALERT_PROCESSING_RULES_API: Final = "2021-08-08"
WORKBOOKS_API: Final = "2023-06-01"

_GROUP: Final = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
_NETWORK: Final = _GROUP + "/providers/Microsoft.Network"
_COMPUTE: Final = _GROUP + "/providers/Microsoft.Compute"
_INSIGHTS: Final = _GROUP + "/providers/Microsoft.Insights"
_ALERTS: Final = _GROUP + "/providers/Microsoft.AlertsManagement"
_PARAMETER: Final = re.compile(r"{(\w+)}")


class IdError(ProviderError):
    """An ARM id that cannot be built or is not of the form it should have."""


@dataclass(frozen=True)
class ResourceType:
    """One resource type: where it lives in ARM, and what azure-native knows of it beyond its schema."""

    token: str
    path: str
    api_version: str = NETWORK_API
    replace_on: frozenset[str] = frozenset()
    """Body properties whose change replaces the resource."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the inputs that the resource's id is made of, the subscription left out."""
        return tuple(name for name in _PARAMETER.findall(self.path) if name != "subscriptionId")

    @property
    def name_parameter(self) -> str:
        """The input that names the resource."""
        return self.parameters[-1]

    @property
    def is_child(self) -> bool:
        """Whether ARM keeps it inside another resource; such a one is named as it is, with no random suffix."""
        return self.path.partition("/providers/")[2].count("/") > 2  # noqa: PLR2004 - namespace/type/name

    @property
    def getter(self) -> str:
        """Token of the function that reads a resource of this type."""
        package, module, name = self.token.split(":")
        return f"{package}:{module}:get{name}"

    def id(self, subscription: str, inputs: Mapping[str, object]) -> str:
        """Build the ARM id from the inputs.

        Raises:
            IdError: an input that the id needs is missing or is not text.

        """

        def value(match: re.Match[str]) -> str:
            name = match.group(1)
            text = subscription if name == "subscriptionId" else inputs.get(name)
            if not isinstance(text, str):
                raise IdError(f"expected string value for path parameter '{name}', got {text!r}")
            return text

        return _PARAMETER.sub(value, self.path)

    def parse_id(self, resource_id: str) -> dict[str, str]:
        """Take an ARM id apart into the inputs it was made of; ARM ids compare without case.

        Raises:
            IdError: the id is not one of this type.

        """
        pattern = _PARAMETER.sub(r"(?P<\1>[^/]+)", self.path)
        match = re.fullmatch(pattern, resource_id, re.IGNORECASE)
        if match is None:
            raise IdError(f"'{resource_id}' is not the id of a {self.token}: expected the form {self.path}")
        return {name: match.group(name) for name in self.parameters}


RESOURCE_TYPES: Final[Mapping[str, ResourceType]] = {
    row.token: row
    for row in (
        ResourceType("azure-native:resources:ResourceGroup", _GROUP, RESOURCES_API, frozenset({"location"})),
        ResourceType(
            "azure-native:network:VirtualNetwork",
            _NETWORK + "/virtualNetworks/{virtualNetworkName}",
            replace_on=frozenset({"location"}),
        ),
        ResourceType(
            "azure-native:network:Subnet", _NETWORK + "/virtualNetworks/{virtualNetworkName}/subnets/{subnetName}"
        ),
        ResourceType("azure-native:network:NatGateway", _NETWORK + "/natGateways/{natGatewayName}"),
        ResourceType(
            "azure-native:network:PublicIPAddress",
            _NETWORK + "/publicIPAddresses/{publicIpAddressName}",
            replace_on=frozenset({"location", "publicIPAddressVersion", "publicIPPrefix", "sku"}),
        ),
        ResourceType("azure-native:network:PublicIPPrefix", _NETWORK + "/publicIPPrefixes/{publicIpPrefixName}"),
        ResourceType("azure-native:network:NetworkInterface", _NETWORK + "/networkInterfaces/{networkInterfaceName}"),
        ResourceType(
            "azure-native:network:NetworkSecurityGroup",
            _NETWORK + "/networkSecurityGroups/{networkSecurityGroupName}",
        ),
        ResourceType(
            "azure-native:network:SecurityRule",
            _NETWORK + "/networkSecurityGroups/{networkSecurityGroupName}/securityRules/{securityRuleName}",
        ),
        ResourceType("azure-native:network:RouteTable", _NETWORK + "/routeTables/{routeTableName}"),
        ResourceType("azure-native:network:Route", _NETWORK + "/routeTables/{routeTableName}/routes/{routeName}"),
        ResourceType("azure-native:network:LoadBalancer", _NETWORK + "/loadBalancers/{loadBalancerName}"),
        ResourceType(
            "azure-native:network:LoadBalancerBackendAddressPool",
            _NETWORK + "/loadBalancers/{loadBalancerName}/backendAddressPools/{backendAddressPoolName}",
        ),
        ResourceType(
            "azure-native:network:InboundNatRule",
            _NETWORK + "/loadBalancers/{loadBalancerName}/inboundNatRules/{inboundNatRuleName}",
        ),
        ResourceType("azure-native:network:BastionHost", _NETWORK + "/bastionHosts/{bastionHostName}"),
        ResourceType("azure-native:compute:VirtualMachine", _COMPUTE + "/virtualMachines/{vmName}", COMPUTE_API),
        ResourceType("azure-native:compute:Disk", _COMPUTE + "/disks/{diskName}", DISKS_API),
        ResourceType(
            "azure-native:monitor:ActionGroup", _INSIGHTS + "/actionGroups/{actionGroupName}", ACTION_GROUPS_API
        ),
        ResourceType(
            "azure-native:monitor:MetricAlert",
            _INSIGHTS + "/metricAlerts/{ruleName}",
            METRIC_ALERTS_API,
            frozenset({"location"}),
        ),
        ResourceType(
            "azure-native:monitor:ActivityLogAlert",
            _INSIGHTS + "/activityLogAlerts/{activityLogAlertName}",
            ACTIVITY_LOG_ALERTS_API,
        ),
        ResourceType(
            "azure-native:alertsmanagement:AlertProcessingRuleByName",
            _ALERTS + "/actionRules/{alertProcessingRuleName}",
            ALERT_PROCESSING_RULES_API,
            frozenset({"location"}),
        ),
        ResourceType(
            "azure-native:applicationinsights:Workbook",
            _INSIGHTS + "/workbooks/{resourceName}",
            WORKBOOKS_API,
            frozenset({"location"}),
        ),
    )
}


class UnknownTokenError(ProviderError):
    """A type or function that the sandbox does not serve."""

    def __init__(self, kind: str, token: str) -> None:
        served = ", ".join(sorted(RESOURCE_TYPES if kind == "resource type" else GETTERS))
        super().__init__(f"the sandbox does not serve the {kind} {token}. It serves {served}")


def resource_type(token: str) -> ResourceType:
    """Look a resource type up by its token.

    Raises:
        UnknownTokenError: the sandbox does not serve it.

    """
    try:
        return RESOURCE_TYPES[token]
    except KeyError:
        raise UnknownTokenError("resource type", token) from None


GETTERS: Final[Mapping[str, ResourceType]] = {row.getter: row for row in RESOURCE_TYPES.values()}


def getter(token: str) -> ResourceType:
    """Look up the resource type that a get… function reads.

    Raises:
        UnknownTokenError: the sandbox does not serve it.

    """
    try:
        return GETTERS[token]
    except KeyError:
        raise UnknownTokenError("function", token) from None
