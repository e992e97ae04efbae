"""The kinds of resources that rules look at, with their types in Azure and the inputs that hold their names.

Type tokens and inputs are those of pulumi-azure-native 3.29.0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

APPLICATION_GATEWAY: Final = "network:ApplicationGateway"
AGENT_POOL: Final = "containerservice:AgentPool"
BASTION_HOST: Final = "network:BastionHost"
BATCH_POOL: Final = "batch:Pool"
FIREWALL: Final = "network:AzureFirewall"
FLEET: Final = "azurefleet:Fleet"
INBOUND_NAT_RULE: Final = "network:InboundNatRule"
LOAD_BALANCER: Final = "network:LoadBalancer"
BACKEND_POOL: Final = "network:LoadBalancerBackendAddressPool"
MACHINE: Final = "compute:VirtualMachine"
MANAGED_CLUSTER: Final = "containerservice:ManagedCluster"
NAT_GATEWAY: Final = "network:NatGateway"
NETWORK: Final = "network:VirtualNetwork"
NETWORK_INTERFACE: Final = "network:NetworkInterface"
PRIVATE_ENDPOINT: Final = "network:PrivateEndpoint"
PUBLIC_ADDRESS: Final = "network:PublicIPAddress"
PUBLIC_PREFIX: Final = "network:PublicIPPrefix"
ROUTE: Final = "network:Route"
ROUTE_TABLE: Final = "network:RouteTable"
SCALE_SET: Final = "compute:VirtualMachineScaleSet"
SCALE_SET_MACHINE: Final = "compute:VirtualMachineScaleSetVM"
SECURITY_GROUP: Final = "network:NetworkSecurityGroup"
SECURITY_RULE: Final = "network:SecurityRule"
SUBNET: Final = "network:Subnet"


@dataclass(frozen=True)
class Kind:
    """A kind of resource."""

    arm: str
    """Its type in Azure, in small letters, as in `microsoft.network/virtualnetworks/subnets`."""
    names: tuple[str, ...]
    """The inputs with the names of its id, its parents' first."""


def _network(arm: str, *names: str) -> Kind:
    return Kind(f"microsoft.network/{arm}", names)


def _compute(arm: str, *names: str) -> Kind:
    return Kind(f"microsoft.compute/{arm}", names)


KINDS: Final = {
    APPLICATION_GATEWAY: _network("applicationgateways", "applicationGatewayName"),
    BASTION_HOST: _network("bastionhosts", "bastionHostName"),
    FIREWALL: _network("azurefirewalls", "azureFirewallName"),
    INBOUND_NAT_RULE: _network("loadbalancers/inboundnatrules", "loadBalancerName", "inboundNatRuleName"),
    LOAD_BALANCER: _network("loadbalancers", "loadBalancerName"),
    BACKEND_POOL: _network("loadbalancers/backendaddresspools", "loadBalancerName", "backendAddressPoolName"),
    NAT_GATEWAY: _network("natgateways", "natGatewayName"),
    NETWORK: _network("virtualnetworks", "virtualNetworkName"),
    NETWORK_INTERFACE: _network("networkinterfaces", "networkInterfaceName"),
    PRIVATE_ENDPOINT: _network("privateendpoints", "privateEndpointName"),
    PUBLIC_ADDRESS: _network("publicipaddresses", "publicIpAddressName"),
    PUBLIC_PREFIX: _network("publicipprefixes", "publicIpPrefixName"),
    ROUTE: _network("routetables/routes", "routeTableName", "routeName"),
    ROUTE_TABLE: _network("routetables", "routeTableName"),
    SECURITY_GROUP: _network("networksecuritygroups", "networkSecurityGroupName"),
    SECURITY_RULE: _network("networksecuritygroups/securityrules", "networkSecurityGroupName", "securityRuleName"),
    SUBNET: _network("virtualnetworks/subnets", "virtualNetworkName", "subnetName"),
    "network:AdminRule": _network(
        "networkmanagers/securityadminconfigurations/rulecollections/rules",
        "networkManagerName",
        "configurationName",
        "ruleCollectionName",
        "ruleName",
    ),
    "network:FirewallPolicyRuleCollectionGroup": _network(
        "firewallpolicies/rulecollectiongroups", "firewallPolicyName", "ruleCollectionGroupName"
    ),
    "network:HubVirtualNetworkConnection": _network(
        "virtualhubs/hubvirtualnetworkconnections", "virtualHubName", "connectionName"
    ),
    "network:NetworkVirtualAppliance": _network("networkvirtualappliances", "networkVirtualApplianceName"),
    "network:PrivateLinkService": _network("privatelinkservices", "serviceName"),
    "network:RoutingIntent": _network("virtualhubs/routingintent", "virtualHubName", "routingIntentName"),
    "network:RoutingRule": _network(
        "networkmanagers/routingconfigurations/rulecollections/rules",
        "networkManagerName",
        "configurationName",
        "ruleCollectionName",
        "ruleName",
    ),
    "network:VirtualNetworkGateway": _network("virtualnetworkgateways", "virtualNetworkGatewayName"),
    MACHINE: _compute("virtualmachines", "vmName"),
    SCALE_SET: _compute("virtualmachinescalesets", "vmScaleSetName"),
    SCALE_SET_MACHINE: _compute("virtualmachinescalesets/virtualmachines", "vmScaleSetName", "instanceId"),
    FLEET: Kind("microsoft.azurefleet/fleets", ("fleetName",)),
    MANAGED_CLUSTER: Kind("microsoft.containerservice/managedclusters", ("resourceName",)),
    AGENT_POOL: Kind("microsoft.containerservice/managedclusters/agentpools", ("resourceName", "agentPoolName")),
    BATCH_POOL: Kind("microsoft.batch/batchaccounts/pools", ("accountName", "poolName")),
    "cdn:AFDOrigin": Kind(
        "microsoft.cdn/profiles/origingroups/origins", ("profileName", "originGroupName", "originName")
    ),
    "cloudngfw:Firewall": Kind("paloaltonetworks.cloudngfw/firewalls", ("firewallName",)),
    "databricks:Workspace": Kind("microsoft.databricks/workspaces", ("workspaceName",)),
    "devtestlab:VirtualMachine": Kind("microsoft.devtestlab/labs/virtualmachines", ("labName", "name")),
    "labservices:Lab": Kind("microsoft.labservices/labs", ("labName",)),
    "machinelearningservices:Compute": Kind(
        "microsoft.machinelearningservices/workspaces/computes", ("workspaceName", "computeName")
    ),
    "redhatopenshift:OpenShiftCluster": Kind("microsoft.redhatopenshift/openshiftclusters", ("resourceName",)),
    "security:JitNetworkAccessPolicy": Kind(
        "microsoft.security/locations/jitnetworkaccesspolicies", ("ascLocation", "jitNetworkAccessPolicyName")
    ),
    "servicefabric:ManagedCluster": Kind("microsoft.servicefabric/managedclusters", ("clusterName",)),
    "servicefabric:NodeType": Kind(
        "microsoft.servicefabric/managedclusters/nodetypes", ("clusterName", "nodeTypeName")
    ),
    "trafficmanager:Endpoint": Kind(
        "microsoft.network/trafficmanagerprofiles/azureendpoints", ("profileName", "endpointName")
    ),
}
"""By module and type."""

BY_ARM_TYPE: Final = {kind.arm: name for name, kind in KINDS.items()}
BY_SMALL_LETTERS: Final = {name.lower(): name for name in KINDS}
