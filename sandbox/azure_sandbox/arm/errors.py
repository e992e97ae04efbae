"""What the control plane refuses a request with: ARM's codes, each with the evidence that ARM answers so.

A code that starts with `Sandbox` is this sandbox's own: the rule is Microsoft's, but no answer of ARM to it is public.
`seen` stands for an answer of ARM that somebody published, `text of Microsoft` for documentation or code of theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


class Refusal(Exception):  # noqa: N818 - ARM's answer to a request, not a failure of this program
    """A request that ARM would refuse; nothing of it is done."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    @property
    def status(self) -> int:
        """The HTTP status of the answer."""
        return CODES[self.code].status


@dataclass(frozen=True)
class Code:
    """An error code: the HTTP status that goes with it, and how it is known."""

    status: int
    evidence: str


_OWN_NAT = "rule of the NAT gateway pages (learn.microsoft.com/azure/nat-gateway, 2026-07)"
_OWN_IP = "rule of the public IP pages (learn.microsoft.com/azure/virtual-network/ip-services, 2025-01)"
_OWN_NIC = "rule of learn.microsoft.com/azure/virtual-network/virtual-network-network-interface, 2024-06"
_OWN_BALANCER = "rule of learn.microsoft.com/azure/load-balancer"
_BALANCER_ERRORS = (
    "text of Microsoft: learn.microsoft.com/azure/load-balancer/load-balancer-common-deployment-errors, 2024-06-26"
)
_OWN_BASTION = "rule of learn.microsoft.com/azure/bastion/configuration-settings, 2025-11"
_OWN_METRIC_ALERT = (
    "rule of learn.microsoft.com/azure/azure-monitor/alerts/resource-manager-alerts-metric, 2024-02-16, and of "
    "azure-rest-api-specs, metricAlert_API.json 2018-03-01"
)
_OWN_ACTION_GROUP = "rule of learn.microsoft.com/azure/azure-monitor/alerts/action-groups, 2025-02-13"
_OWN_WORKBOOK = "rule of azure-rest-api-specs, workbooks_API.json 2023-06-01; the answer is not public"
_OWN_MACHINE = "rule of azure-rest-api-specs, Microsoft.Compute 2024-11-01; ARM's answer is not public"
_MACHINE_ERRORS = "text of Microsoft: azure-docs, virtual-machines/error-messages, 2017"
_DEPLOYMENT_ERRORS = (
    "text of Microsoft: learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors, 2024"
)

CODES: Final = MappingProxyType(
    {
        # The resource manager in front of every resource provider.
        "ResourceGroupNotFound": Code(404, "seen: Azure/azure-powershell#12168, 2020-06"),
        "ResourceNotFound": Code(404, "seen: Azure/azure-powershell#4084, 2017-06"),
        "NotFound": Code(404, "seen: Azure/azure-cli#1237, 2016-11, for what a network resource holds"),
        "ParentResourceNotFound": Code(404, f"{_DEPLOYMENT_ERRORS}; wording seen in published deployments, 2025"),
        "InvalidResourceType": Code(404, "seen: tests of azure-sdk-for-python azure-mgmt-network, 2020-03"),
        "InvalidApiVersionParameter": Code(400, "text of Microsoft: Azure/azure-powershell, subscription client, 2021"),
        "MissingApiVersionParameter": Code(400, "seen: a published walk through a Logic Apps trigger, 2024"),
        "InvalidResourceName": Code(400, "text of Microsoft: microsoft/service-fabric, ClusterManagementErrorCode.cs"),
        "SandboxResourceGroupName": Code(
            400, "rule: learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules, 2024"
        ),
        "InvalidRequestContent": Code(400, _DEPLOYMENT_ERRORS),
        "InvalidRequestFormat": Code(400, "text of Microsoft: microsoft/service-fabric, ClusterManagementErrorCode.cs"),
        "LocationRequired": Code(
            400, "text of Microsoft: retry table of Azure/azure-service-operator, core errors, 2021"
        ),
        "LocationNotAvailableForResourceType": Code(400, "seen: Azure/azure-capi-cli-extension#19, 2021-03"),
        "InvalidResourceLocation": Code(
            409, "seen: MicrosoftDocs/azure-docs#70422, 2021-02; Azure/azure-service-operator#784"
        ),
        "InvalidResourceGroupLocation": Code(
            409, "seen: microsoft/bedrock#100, 2019-02; Azure/azure-cli#22242, 2022-05"
        ),
        "ResourceGroupDeletionBlocked": Code(
            409, "seen: published trace of a group delete, 2018-09; AKS error codes, 2024"
        ),
        "LinkedInvalidPropertyId": Code(400, _DEPLOYMENT_ERRORS),
        # Microsoft.Network, any resource.
        "InvalidResourceReference": Code(400, "seen: MicrosoftDocs/azure-docs#81734, 2021-09, and many more"),
        "AnotherOperationInProgress": Code(409, "seen: Azure/terraform-provider-azapi#503, 2024-05"),
        "LocationNotSupportAvailabilityZones": Code(400, "seen: azure-nvidia-robotics-reference-architecture#182"),
        "ResourceAvailabilityZonesCannotBeModified": Code(400, "seen: Azure/AzOps#701, 2022-11"),
        "SkuCannotBeChangedOnUpdate": Code(400, "text of Microsoft: azure-sdk-for-java, PublicIpAddressImpl.withSku"),
        # Virtual networks and subnets.
        "InvalidAddressPrefixFormat": Code(400, "seen: Azure/azure-service-operator#997, 2020-04"),
        "InvalidCIDRNotation": Code(400, "seen: published deployments, 2025; code in Azure/azure-service-operator"),
        "NetcfgInvalidSubnet": Code(400, "seen: microsoft/AzureTRE#2111, 2022-06; Azure/Azure-Landing-Zones#3420"),
        "NetcfgSubnetRangeOutsideVnet": Code(400, "seen: MicrosoftDocs/azure-docs#123869, 2024-07"),
        "NetcfgSubnetRangesOverlap": Code(400, "seen: MicrosoftDocs/azure-docs#123869, 2024-07"),
        "InUseSubnetCannotBeDeleted": Code(
            400, "seen: Azure/ResourceModules#1111, 2022-03; microsoft/nav-arm-templates#161"
        ),
        "InUsePrefixCannotBeDeleted": Code(400, "seen: published subnet resizes, 2025-06 and 2026-09"),
        "NatGatewayCannotBeUsedBySubnetsBelongingToDifferentVirtualNetworks": Code(
            400, "seen: microsoft/azure_arc#3288"
        ),
        "SubnetWithNatGatewayAndBasicSkuResourceNotAllowed": Code(
            400, "seen: hashicorp/terraform-provider-azurerm#18570"
        ),
        "NetworkSecurityGroupCannotBeAttachedToGatewaySubnet": Code(
            400, "seen: Azure-Terraform/terraform-azurerm-virtual-network#18"
        ),
        "SandboxNatGatewayOnGatewaySubnet": Code(400, _OWN_NAT),
        "SandboxNatGatewayOnSqlManagedInstanceSubnet": Code(400, _OWN_NAT),
        "SandboxNatGatewayTooManySubnets": Code(400, _OWN_NAT),
        "SandboxAddressSpaceOverlaps": Code(
            400, "rule: prefixes of an address space don't overlap (virtual-networks-faq, 2024)"
        ),
        "SandboxDuplicateName": Code(400, "rule: names in one list are unique"),
        # NAT gateways.
        "CannotDeleteNatGatewayAssociatedToSubnet": Code(
            400, "seen: hashicorp/terraform-provider-azurerm#20831 and others"
        ),
        "SandboxNotInApiVersion": Code(
            400, "rule: azure-rest-api-specs of the API version; ARM's answer is not public"
        ),
        "SandboxNatGatewaySkuNotInRegion": Code(400, _OWN_NAT),
        "SandboxNatGatewayZones": Code(400, _OWN_NAT),
        "SandboxNatGatewayIdleTimeout": Code(400, _OWN_NAT),
        "SandboxNatGatewaySkuCannotBeChanged": Code(400, _OWN_NAT),
        "SandboxNatGatewaySkuMismatch": Code(400, _OWN_NAT),
        "SandboxNatGatewayTooManyAddresses": Code(400, _OWN_NAT),
        "SandboxNatGatewayIPv6": Code(400, _OWN_NAT),
        "SandboxNatGatewayAddressZone": Code(400, _OWN_NAT),
        "SandboxNatGatewayAddressNotStatic": Code(400, _OWN_NAT),
        "SandboxNatGatewayRoutingPreference": Code(400, _OWN_NAT),
        "SandboxNatGatewayDdosProtection": Code(400, _OWN_NAT),
        "SandboxNatGatewayCountLimitReached": Code(400, _OWN_NAT),
        "SandboxPublicIPPrefixUsedWhole": Code(400, _OWN_NAT),
        # Public IP addresses and prefixes.
        "PublicIPAddressInUse": Code(
            400, "seen with a NAT gateway as the owner, API 2024-10-01; text: published AKS log, 2022"
        ),
        "PublicIPAddressCannotBeDeleted": Code(400, "seen: hashicorp/terraform-provider-azurerm#2566, 2020-07"),
        "StandardSkuPublicIPAddressesMustBeStatic": Code(400, "seen: fortinet/azure-templates#43"),
        "PublicIPCountLimitReached": Code(400, "text of Microsoft: AKS error codes, 2024; wording seen, 2025"),
        "InUsePublicIpPrefixCannotBeDeleted": Code(
            400, "seen: Azure/kube-egress-gateway#1223, 2025-10; its text is not public"
        ),
        "SandboxPublicIPPrefixInUse": Code(400, _OWN_IP),
        "SandboxPublicIPZones": Code(400, _OWN_IP),
        "SandboxPublicIPPrefixLength": Code(400, _OWN_IP),
        "SandboxPublicIPPropertyCannotBeChanged": Code(400, _OWN_IP),
        "SandboxPublicIPPrefixMismatch": Code(400, _OWN_IP),
        "SandboxPublicIPPrefixFull": Code(400, _OWN_IP),
        "SandboxPublicIPIdleTimeout": Code(400, _OWN_IP),
        "SandboxPublicIPOnlyOnNatGateway": Code(400, _OWN_IP),
        "SandboxNoAddressLeft": Code(400, "the sandbox's own ranges are used up"),
        # Network interfaces.
        "PrivateIPAddressInReservedRange": Code(400, "seen: hashicorp/terraform-provider-azurerm#4225, 2019-09"),
        "PrivateIPAddressNotInSubnet": Code(400, _DEPLOYMENT_ERRORS),
        "PrivateIPAddressIsAllocated": Code(400, "text of Microsoft: PostgreSQL private endpoints, 2025"),
        "SubnetIsFull": Code(400, "text of Microsoft: AKS error codes; wording of a published failure, 2024"),
        "IpConfigurationsOnSameNicCannotUseDifferentSubnets": Code(
            400, "seen: notes of a multi-address NIC test, 2025"
        ),
        "SandboxNetworkInterfaceConfiguration": Code(400, "rule: virtual-network-network-interface-addresses, 2024"),
        "NicInUse": Code(
            400, "seen: hashicorp/terraform#10044, 2016-11; hashicorp/terraform-provider-azurerm#8105, 2020-08"
        ),
        "SecondaryNetworkInterfaceInUseCannotChangeSubnet": Code(400, "seen: MicrosoftDocs/azure-docs#124418, 2024-09"),
        "SandboxNetworkInterfaceNetworkCannotBeChanged": Code(400, _OWN_NIC),
        # Load balancers.
        "PublicIPAndLBSkuDoNotMatch": Code(400, "seen: Azure/terraform-azurerm-loadbalancer#32, 2021-03"),
        "RulesUseSameBackendPortProtocolAndPool": Code(400, "seen: MicrosoftDocs/azure-docs#117762, 2023-12"),
        "LoadBalancingRuleMustDisableSNATSinceSameFrontendIPConfigurationIsReferencedByOutboundRule": Code(
            400, "seen: ansible-collections/azure#743, 2022-01"
        ),
        "MoreThanOneOutboundRuleUsingSameFrontendIPConfigurationAndProtocolIsNotSupported": Code(
            400, "seen: Azure/AzLoadBalancerMigration#10, 2022-12"
        ),
        "LoadBalancerWithoutFrontendIPCantHaveChildResources": Code(400, _BALANCER_ERRORS),
        "DifferentSkuLoadBalancersAndPublicIPAddressNotAllowed": Code(
            400, f"{_BALANCER_ERRORS}; wording seen: microsoft/MCW-SAP-NetWeaver-on-Azure#15, 2019-03"
        ),
        "NetworkInterfaceUsesMultipleLoadBalancersOfSameType": Code(400, "seen: seanknox/aztack#3, 2018-05"),
        "SandboxLoadBalancerSku": Code(
            400,
            "rule: Basic is retired since 2025-09-30 (learn.microsoft.com/azure/load-balancer/skus); ARM's answer to a "
            "new one is not public, and the other SKUs are left out by the sandbox",
        ),
        "SandboxLoadBalancerInboundPools": Code(400, "the sandbox's own limit: it has no scale sets"),
        "SandboxLoadBalancerFrontEnd": Code(400, f"{_OWN_BALANCER}/components"),
        "SandboxLoadBalancerRule": Code(400, f"{_OWN_BALANCER}/outbound-rules, 2024-04-11"),
        "SandboxInternalLoadBalancerOutboundRules": Code(
            400, "rule: MicrosoftDocs/azure-docs#45707, 2020-01, has ARM's words and not its code"
        ),
        "SandboxLoadBalancerNetwork": Code(
            400, "rule: AutomatedLab/AutomatedLab#57, 2017-02, has ARM's words and not its code"
        ),
        "SandboxBackendPool": Code(400, f"{_OWN_BALANCER}/backend-pool-management"),
        "SandboxInboundNatRule": Code(400, f"{_OWN_BALANCER}/inbound-nat-rules"),
        # Virtual machines and disks.
        "InvalidParameter": Code(400, f"{_MACHINE_ERRORS}; adminPassword: redhat-developer/mapt#405, 2025-10"),
        "InvalidAvailabilityZone": Code(400, "seen: hashicorp/terraform-provider-azurerm#6296, 2020-03"),
        "PropertyChangeNotAllowed": Code(
            409,
            "seen: Azure/azure-powershell#7621 (createOption), hashicorp/terraform-provider-azurerm#3277 (zones), "
            "#16323 (osDisk.name), #24533 (osProfile), Azure/azure-sdk-for-java#1976 (customData)",
        ),
        "NetworkInterfaceMustHavePrimaryPropertySet": Code(400, "seen: ansible/ansible#40648, 2018-05"),
        "SubnetsNotInSameVnet": Code(400, _DEPLOYMENT_ERRORS),
        "AddingOrDeletingNetworkInterfacesOnARunningVirtualMachineNotSupported": Code(
            400, "seen: Azure/azure-powershell#4565, 2017-09"
        ),
        "ComputeResourceZoneConstraintDoesNotMatchPublicIPAddressZoneConstraint": Code(
            400, "seen: fortinet/azure-templates#43, 2022-04; Azure/azurehpc#317, 2020-07"
        ),
        "BadRequest": Code(
            400,
            "seen: jenkins-infra/azure#1406, 2026-04 (disk zones); Azure/azure-cli#30210, 2024-10 (UEFI settings); "
            "alerts: hashicorp/terraform-provider-azurerm#4337, 2023-04 (scopes) and #2470, 2019-03 (namespace), "
            "MicrosoftDocs/azure-docs#16061, 2018-10 (metric), Azure/azure-powershell#11102, 2020-04 (action group); "
            "a workbook's name: MicrosoftDocs/azure-docs#52844, 2020-05",
        ),
        "ConflictingUserInput": Code(
            409,
            "seen: kubernetes-sigs/azuredisk-csi-driver#1378, 2022-06 (attached elsewhere); published deployments "
            "of 2026 (a disk of that name is there)",
        ),
        "OperationNotAllowed": Code(409, "seen: ansible/ansible#54644; kubernetes/kubernetes#96706, 2020-11"),
        "Conflict": Code(
            409, f"{_MACHINE_ERRORS}; a workbook's display name: microsoft/ApplicationInsights-Home#476, 2020-04"
        ),
        "SandboxMachineName": Code(400, "rule: azure-resource-manager/management/resource-name-rules, 2024"),
        "SandboxComputeZones": Code(400, _OWN_MACHINE),
        "SandboxMachineInterfaces": Code(400, _OWN_MACHINE),
        "SandboxMachineMustBeDeallocated": Code(409, _OWN_MACHINE),
        "SandboxMachineEphemeralDisk": Code(
            400, "rule: learn.microsoft.com/azure/virtual-machines/ephemeral-os-disks, 2024"
        ),
        "SandboxMachineInterfaceConfigurations": Code(400, "the sandbox's own limit: it makes no interface of its own"),
        "SandboxMachineDiskNotServed": Code(400, "the sandbox's own limit: it copies and imports no disk"),
        "SandboxDiskCannotBeMadeSmaller": Code(
            400, "rule: MicrosoftDocs/azure-docs#57951, 2020-06, has ARM's words and not its code"
        ),
        # Bastion hosts.
        "SubnetNameMustBeAzureBastionSubnet": Code(400, "seen: hashicorp/terraform-provider-azurerm#15365, 2022-02"),
        "AzureBastionSubnet": Code(400, "seen: Azure/ato-toolkit#26, 2020-09"),
        "NetworkSecurityGroupNotCompliantForAzureBastionSubnet": Code(
            400,
            "seen: Azure/azure-quickstart-templates#8655, 2021-01 (attaching); "
            "hashicorp/terraform-provider-azurerm#5232, 2019-12 (a rule deleted)",
        ),
        "RouteTableCannotBeAttachedForAzureBastionSubnet": Code(
            400, "seen: Azure/Azure-Landing-Zones#1679, 2025; text: MicrosoftDocs/azure-docs#40561, 2019-10"
        ),
        "BastionHostMustHaveAtleastOneHostIpConfiguration": Code(400, "seen: published deployments, 2025"),
        "BastionHostMustHaveMaximumOneHostIpConfiguration": Code(400, "seen: Azure/ResourceModules#1716, 2022-07"),
        "BastionUpdateNotSupported": Code(400, "seen: hashicorp/terraform-provider-azurerm#22122, 2023-06"),
        "SandboxBastionSubnetTooSmall": Code(400, _OWN_BASTION),
        "SandboxBastionSubnetDelegated": Code(400, _OWN_BASTION),
        "SandboxBastionOneHostASubnet": Code(400, _OWN_BASTION),
        "SandboxBastionPublicIP": Code(400, _OWN_BASTION),
        "SandboxBastionConfiguration": Code(400, _OWN_BASTION),
        "SandboxBastionFeatureNotInSku": Code(400, _OWN_BASTION),
        "SandboxBastionScaleUnits": Code(400, _OWN_BASTION),
        # Azure Monitor.
        "SandboxAlertScope": Code(400, f"{_OWN_METRIC_ALERT}; the answer to a scope that does not exist is not public"),
        "SandboxMetricAlertIncomplete": Code(400, _OWN_METRIC_ALERT),
        "SandboxMetricAlertSeverity": Code(400, _OWN_METRIC_ALERT),
        "SandboxMetricAlertWindow": Code(
            400, "rule: hashicorp/terraform-provider-azurerm, docs of monitor_metric_alert, window_size"
        ),
        "SandboxMetricAlertCriteria": Code(400, f"{_OWN_METRIC_ALERT}; and what the sandbox has of it"),
        "SandboxMetricsOfType": Code(400, "the sandbox's own: it knows no other metrics"),
        "SandboxMetricAggregation": Code(400, "rule: learn.microsoft.com/azure/nat-gateway/nat-metrics, 2024-01-30"),
        "SandboxMetricDimension": Code(
            400, "rule: the metrics API refuses it in other words (tomkerkhove/promitor#2557, 2024-10)"
        ),
        "SandboxTooManyActionGroups": Code(400, _OWN_ACTION_GROUP),
        "SandboxActionGroup": Code(400, "rule of azure-rest-api-specs, actionGroups_API.json 2024-10-01-preview"),
        "SandboxActivityLogAlertCondition": Code(
            400, "rule of azure-rest-api-specs, activityLogAlerts_API.json 2020-10-01"
        ),
        "SandboxAlertProcessingRule": Code(
            400,
            "rule of azure-rest-api-specs, AlertProcessingRules.json 2021-08-08, and of learn.microsoft.com/azure/"
            "azure-monitor/alerts/alerts-processing-rules, 2026-03-12; the answers are not public",
        ),
        "SandboxWorkbookIncomplete": Code(400, _OWN_WORKBOOK),
        "SandboxWorkbookContent": Code(400, _OWN_WORKBOOK),
        # Network security groups and route tables.
        "SecurityRuleConflict": Code(
            400, "seen: Azure/aks-engine#2106, 2019-10; hashicorp/terraform-provider-azurerm#11137"
        ),
        "SecurityRuleInvalidPriority": Code(
            400, "seen: a published exercise, 2026; wording as in tools that replay it"
        ),
        "InUseNetworkSecurityGroupCannotBeDeleted": Code(400, "seen: pulumi/pulumi-azure-native#3051, 2024-10"),
        "RouteConflict": Code(400, "seen: kubernetes-sigs/cloud-provider-azure#657, 2021-06"),
        "InUseRouteTableCannotBeDeleted": Code(
            400, "seen: published pipeline log; title of an AKS support page, 2025-03"
        ),
        "SandboxRouteNextHop": Code(
            400, "rule: learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview, 2024"
        ),
        # The sandbox itself.
        "SandboxMalformedResourceId": Code(400, "rule: the form of ARM ids"),
        "SandboxResourceInUse": Code(
            400, "rule: what is referenced can't be deleted; ARM's code for this pair is not public"
        ),
    }
)
