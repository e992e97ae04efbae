"""The cases of the corpus of which the graph and the sandbox can't be compared, each with the reason.

`test_ways.py` checks that every other case is compared, and that these can't be.
"""

from __future__ import annotations

REFUSED = {
    "PIP-006": "SubnetWithNatGatewayAndBasicSkuResourceNotAllowed",
    "PIP-033": "LinkedInvalidPropertyId",
    "LB-005": "SandboxLoadBalancerInboundPools",
    "EG-035": "LinkedInvalidPropertyId",
    "OK-016": "NetworkSecurityGroupNotCompliantForAzureBastionSubnet",
    "OWN-PIP-8": "LinkedInvalidPropertyId",
    "OWN-LB-2": "InvalidResourceReference",
    "OWN-LB-7": "SandboxLoadBalancerFrontEnd",
    "OWN-NSG-4": "NetworkSecurityGroupNotCompliantForAzureBastionSubnet",
    "OWN-NSG-5": "SecurityRuleInvalidPriority",
    "OWN-NSG-12": "NetworkSecurityGroupNotCompliantForAzureBastionSubnet",
    "OWN-EG-24": "LinkedInvalidPropertyId",
    "OWN-EG-27": "LinkedInvalidPropertyId",
    "OWN-EG-28": "InvalidRequestFormat",
    "OWN-EG-39": "LinkedInvalidPropertyId",
}
"""Cases that Azure, or the sandbox, doesn't take: the code by which they are refused."""

NOTHING_LEAVES = {
    "no interface, and no subnet for machines": (
        *("PIP-031", "LB-022", "NSG-001", "NSG-002", "NSG-006", "NSG-007", "NSG-008", "NSG-011", "NSG-012"),
        *("NSG-014", "NSG-015", "NSG-018", "NSG-019", "OK-002", "OK-008", "OK-018", "OK-019", "OK-020", "OK-028"),
        *("OWN-PIP-20", "OWN-NSG-3", "OWN-NSG-6", "OWN-NSG-7", "OWN-EG-2", "OWN-EG-3", "OWN-EG-29", "OWN-EG-31"),
        *("OWN-LB-1", "OWN-LB-3", "OWN-LB-11"),
    ),
    "a service's machines, whose interfaces are in a resource group of its own or described in its own words": (
        *("PIP-018", "PIP-021", "PIP-024", "PIP-025", "OWN-PIP-4", "OWN-PIP-5", "OWN-PIP-9", "OWN-PIP-10"),
        *("OWN-PIP-11", "OWN-PIP-12", "OWN-PIP-13", "OWN-PIP-14", "OWN-PIP-15", "OWN-PIP-16", "OWN-PIP-17"),
        *("OWN-PIP-18", "OWN-PIP-19", "OWN-PIP-22", "OWN-EG-5", "OWN-EG-40"),
    ),
    "an appliance, gateway or door of Microsoft's alone, or what it lets in": (
        *("PIP-027", "LB-016", "LB-019", "LB-021", "LB-024", "NSG-022", "NSG-023", "OWN-PIP-21", "OWN-LB-8"),
        *("OWN-LB-9", "OWN-EG-30"),
    ),
    "routes that a virtual hub or a network manager hands out, neither of which the sandbox has": (
        *("EG-023", "EG-024", "EG-025"),
    ),
    "a template, a command, or another provider's resource, in which the graph reads no network": (
        *("BY-003", "BY-004", "BY-005", "BY-007", "BY-008", "BY-010", "BY-012", "OWN-NSG-9", "OWN-BY-1", "OWN-BY-2"),
        *("OWN-BY-3", "OWN-BY-4", "OWN-BY-5", "OWN-BY-6", "OWN-BY-7", "OWN-BY-8", "OWN-BY-9", "OWN-BY-10"),
        *("OWN-BY-11", "OWN-BY-12"),
    ),
}
"""Cases without a machine of which anything could be told, by what they have instead."""

BESIDE = {
    "its machines are a service's, and their interfaces are not in the stack": (
        *("batch:Pool", "containerservice:AgentPool", "containerservice:ManagedCluster", "databricks:Workspace"),
        *("devtestlab:VirtualMachine", "labservices:Lab", "machinelearningservices:Compute"),
        *("redhatopenshift:OpenShiftCluster", "servicefabric:NodeType"),
    ),
    "an instance of it is a machine, which is compared": (
        *("azurefleet:Fleet", "compute:VirtualMachineScaleSet", "compute:VirtualMachineScaleSetVM"),
    ),
    "what leaves through it has a route to it, which is compared": (
        *("cloudngfw:Firewall", "network:AzureFirewall", "network:NetworkVirtualAppliance"),
        *("network:VirtualNetworkGateway",),
    ),
    "it lets in, or filters, and lets nothing out": (
        *("cdn:AFDOrigin", "network:AdminRule", "network:ApplicationGateway", "network:PrivateLinkService"),
        *("network:FirewallPolicyRuleCollectionGroup", "security:JitNetworkAccessPolicy", "trafficmanager:Endpoint"),
    ),
    "it leads to a service, and not to the internet": ("network:PrivateEndpoint",),
    "it hands out routes, in a virtual hub or by a network manager: neither side follows them": (
        *("network:HubVirtualNetworkConnection", "network:RoutingIntent", "network:RoutingRule"),
    ),
    "a template, a command, or another provider's, in which the graph reads no network": (
        *("Network:networkinterface", "azapi:resources/resource:Resource", "command:local:Command"),
        *(
            "azure:compute/linuxVirtualMachineScaleSet:LinuxVirtualMachineScaleSet",
            "azure:lb/loadBalancer:LoadBalancer",
        ),
        *("azure:core/resourceGroupTemplateDeployment:ResourceGroupTemplateDeployment", "resources:Deployment"),
        *("azure:network/networkInterface:NetworkInterface", "azure:network/networkSecurityGroup:NetworkSecurityGroup"),
        *("nat-egress:index:PrivateMachine", "nat-egress:index:PrivateNetwork", "pulumi-python:dynamic:Resource"),
        *("pulumi:providers:azure-native", "random:index/randomPassword:RandomPassword", "resources:Resource"),
        *("azure:lb/loadBalancer:LoadBalancer", "resources:DeploymentStackAtResourceGroup", "somethingnew:Machine"),
    ),
}
"""Types that the sandbox doesn't have, azure-native's without its name: cases are written without them, and the graph
alone is told of them."""

ONLY_PREVIEWED = (
    *("PIP-028", "NSG-026", "OWN-PIP-1", "OWN-PIP-2", "OWN-PIP-6", "OWN-LB-4", "OWN-NSG-8", "OWN-EG-20", "OWN-EG-21"),
    *("OWN-EG-22", "OWN-EG-25", "OWN-BY-13", "OWN-EG-32", "OWN-EG-33", "OWN-EG-36"),
)
"""Cases about values that are not known before an update: nothing can be created of them."""
