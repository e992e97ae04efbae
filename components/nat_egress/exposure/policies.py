"""The policies: what each is called, what it asks for, and how much it weighs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Severity(StrEnum):
    """How bad a violation is. The words are those of Pulumi's policies."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Level(StrEnum):
    """What a violation does. The words are those of Pulumi's policies."""

    ADVISORY = "advisory"
    MANDATORY = "mandatory"
    DISABLED = "disabled"


@dataclass(frozen=True)
class Policy:
    """One policy of the pack."""

    name: str
    title: str
    description: str
    severity: Severity
    level: Level
    """The level that it has where no configuration says otherwise. Only findings that deny are ever mandatory."""
    remediation: str
    """What to do about a violation, in general."""


_ALL: Final = (
    Policy(
        "vm-no-public-ip",
        "Machines have no public address",
        "A network interface of a virtual machine has no public IP address, however it is given.",
        Severity.CRITICAL,
        Level.MANDATORY,
        "Remove the public address from the network interface; administrators come in through Bastion.",
    ),
    Policy(
        "vmss-no-public-ip",
        "Scale sets have no public addresses",
        "Instances of a virtual machine scale set, or of a compute fleet, have no public IP addresses.",
        Severity.CRITICAL,
        Level.MANDATORY,
        "Remove publicIPAddressConfiguration from the profile of the instances.",
    ),
    Policy(
        "aks-no-node-public-ip",
        "Nodes of AKS have no public addresses",
        "No node pool of an AKS cluster gives its nodes public IP addresses.",
        Severity.CRITICAL,
        Level.MANDATORY,
        "Set enableNodePublicIP to false and remove the prefix of node addresses.",
    ),
    Policy(
        "batch-no-public-ip",
        "Batch pools have no public addresses",
        "The nodes of a Batch pool have no public IP addresses and no inbound NAT pools.",
        Severity.HIGH,
        Level.MANDATORY,
        "Set networkConfiguration.publicIPAddressConfiguration.provision to NoPublicIPAddresses.",
    ),
    Policy(
        "managed-compute-no-public-ip",
        "Managed compute has no public addresses",
        "Machines that a service runs (Machine Learning, Databricks, DevTest Labs, Service Fabric, Azure Red Hat "
        "OpenShift) have no public IP addresses.",
        Severity.HIGH,
        Level.MANDATORY,
        "Use the service's setting for nodes without public addresses.",
    ),
    Policy(
        "lb-no-public-inbound",
        "No load balancer leads from the internet to a machine",
        "A load balancer with a public front end has no rule that leads to machines.",
        Severity.CRITICAL,
        Level.MANDATORY,
        "Give the load balancer a private front end, or remove the rule or the machine from the backend pool.",
    ),
    Policy(
        "firewall-no-dnat",
        "No firewall translates inbound connections to a machine",
        "No destination NAT rule of a firewall leads from the internet to a private address.",
        Severity.CRITICAL,
        Level.MANDATORY,
        "Remove the destination NAT rule.",
    ),
    Policy(
        "ingress-approved-only",
        "Ways in at the application level are approved",
        "What takes connections from the internet for machines (application gateways, Front Door, Traffic Manager, "
        "network virtual appliances) is approved.",
        Severity.HIGH,
        Level.MANDATORY,
        "Remove the public front end, or have it approved.",
    ),
    Policy(
        "private-link-scope",
        "A private link service is for named subscriptions",
        "A private link service is not visible to every subscription of Azure, nor approved for all by itself.",
        Severity.MEDIUM,
        Level.ADVISORY,
        "Name the subscriptions in visibility and autoApproval.",
    ),
    Policy(
        "bastion-hardening",
        "Bastion lets in those only who have logged in to Azure",
        "A Bastion host has no shareable links, which let in whoever has the URL.",
        Severity.MEDIUM,
        Level.ADVISORY,
        "Set enableShareableLink to false.",
    ),
    Policy(
        "public-ip-purpose",
        "Every public address has a purpose",
        "A public IP address or prefix belongs to something that may have one.",
        Severity.LOW,
        Level.ADVISORY,
        "Remove it, or attach it to the NAT gateway, Bastion host, firewall or gateway that it is for.",
    ),
    Policy(
        "nsg-no-internet-inbound",
        "No security rule lets in the internet",
        "No security rule of a machine's subnet or network interface allows connections from the internet.",
        Severity.HIGH,
        Level.MANDATORY,
        "Name the private ranges, or a narrow service tag, that may connect.",
    ),
    Policy(
        "egress-nat-only",
        "Machines leave through a NAT gateway",
        "A subnet with machines is attached to a NAT gateway, or has no way out at all.",
        Severity.HIGH,
        Level.MANDATORY,
        "Attach the subnet to a NAT gateway and set defaultOutboundAccess to false.",
    ),
    Policy(
        "egress-no-route-override",
        "No route leads around the NAT gateway",
        "No route takes outbound connections away from the NAT gateway, except to an approved next hop.",
        Severity.HIGH,
        Level.MANDATORY,
        "Remove the route, or approve its next hop.",
    ),
    Policy(
        "aks-egress-nat",
        "AKS clusters leave through a NAT gateway",
        "The outbound type of an AKS cluster is a NAT gateway, and its subnet has one.",
        Severity.HIGH,
        Level.MANDATORY,
        "Set networkProfile.outboundType to userAssignedNATGateway, in a subnet with a NAT gateway.",
    ),
    Policy(
        "egress-service-endpoints",
        "Traffic to Azure's services leaves through the NAT gateway too",
        "A subnet with machines has no service endpoints, whose traffic does not pass the NAT gateway.",
        Severity.LOW,
        Level.ADVISORY,
        "Use private endpoints, or accept that the service does not see the NAT gateway's addresses.",
    ),
    Policy(
        "nat-has-ip",
        "A NAT gateway has an address and a subnet",
        "A NAT gateway has at least one public IP address or prefix, without which nothing leaves through it.",
        Severity.MEDIUM,
        Level.ADVISORY,
        "Give the NAT gateway an address or a prefix.",
    ),
    Policy(
        "opaque-deployment",
        "Nothing is deployed behind the back of the policies",
        "Templates and scripts, whose resources policies are not shown, expose no machine.",
        Severity.HIGH,
        Level.MANDATORY,
        "Declare the resources in the program.",
    ),
    Policy(
        "unknown-type",
        "Every resource of Azure is understood",
        "A resource of compute or network is of a type that these policies know.",
        Severity.LOW,
        Level.ADVISORY,
        "Write the type as the provider does.",
    ),
)

POLICIES: Final = {policy.name: policy for policy in _ALL}
"""All policies, by name."""
