"""Azure's figures that the control plane enforces; each stands once, with source and date.

`faq`, `nat-sku` and the like are pages of learn.microsoft.com/azure/nat-gateway, read in August 2026.
"""

from __future__ import annotations

from dataclasses import dataclass

GATEWAY_ADDRESSES = 16
"""Public addresses of one family on one NAT gateway, counting what each prefix holds (faq, nat-sku, 2026-07)."""

GATEWAY_SUBNETS = 800
"""Subnets that one NAT gateway serves (faq, nat-sku, 2026-07)."""

GATEWAY_IDLE_TIMEOUT_MINUTES = (4, 120)
"""TCP idle timeout of a NAT gateway (nat-gateway-resource, 2026); the swagger gives no bounds."""

ADDRESS_IDLE_TIMEOUT_MINUTES = (4, 30)
"""Idle timeout of a public IP address (learn.microsoft.com/azure/load-balancer/load-balancer-tcp-reset, 2024)."""

PREFIX_LENGTHS = {"IPv4": (28, 31), "IPv6": (124, 127)}
"""Lengths of a Microsoft-owned public IP prefix (virtual-network/ip-services/public-ip-address-prefix, 2025-01-08)."""

SUBNET_LONGEST_IPV4_PREFIX = 29
"""The smallest IPv4 subnet (learn.microsoft.com/azure/virtual-network/virtual-networks-faq, 2024)."""

SUBNET_IPV6_PREFIX = 64
"""IPv6 subnets have exactly this length (learn.microsoft.com/azure/virtual-network/ip-services/ipv6-overview, 2024)."""

SUBNET_RESERVED_FIRST = 4
"""Addresses at the start of a subnet that Azure keeps: network, gateway and two for DNS (virtual-networks-faq, "
"2024)."""

SUBNET_RESERVED_LAST = 1
"""Addresses at the end of a subnet that Azure keeps: the broadcast address (virtual-networks-faq, 2024)."""

BALANCER_IDLE_TIMEOUT_MINUTES = (4, 120)
"""Idle timeout of a rule of a load balancer (learn.microsoft.com/azure/load-balancer/outbound-rules, 2024-04-11)."""

OUTBOUND_PORTS_OF_ADDRESS = 64_000
"""Source ports that one address of a front end gives (load-balancer/outbound-rules, 2024-04-11)."""

OUTBOUND_PORTS_STEP = 8
"""Source ports of an outbound rule come in multiples of this (load-balancer/outbound-rules, 2024-04-11)."""

SECURITY_RULE_PRIORITY = (100, 4096)
"""Priorities of security rules (learn.microsoft.com/azure/virtual-network/network-security-groups-overview, 2024)."""

BASTION_SUBNET_LONGEST_PREFIX = 26
"""The smallest AzureBastionSubnet of a Bastion host deployed since 2021-11-02; older ones on a /27 run on, and the
sandbox has none (learn.microsoft.com/azure/bastion/configuration-settings, 2025-11)."""

BASTION_SCALE_UNITS = (2, 50)
"""Instances of a Bastion host of SKU Standard or Premium (bastion/configuration-settings, 2025-11)."""

BASTION_BASIC_SCALE_UNITS = 2
"""Instances of a Bastion host of SKU Basic, which does not scale (bastion/configuration-settings, 2025-11)."""

MACHINE_NAME_LENGTH = 64
"""Longest name of a virtual machine (azure-resource-manager/management/resource-name-rules, 2024)."""

COMPUTER_NAME_LENGTH = {"Linux": 64, "Windows": 15}
"""Longest host name of a machine (azure-rest-api-specs, Microsoft.Compute 2024-11-01, osProfile.computerName)."""

ADMIN_USERNAME_LENGTH = {"Linux": 64, "Windows": 20}
"""Longest name of a machine's administrator (azure-rest-api-specs, 2024-11-01, osProfile.adminUsername)."""

ADMIN_PASSWORD_LENGTH = {"Linux": (6, 72), "Windows": (8, 123)}
"""Lengths of the administrator's password (azure-rest-api-specs, 2024-11-01, osProfile.adminPassword)."""

PASSWORD_KINDS = 3
"""How many of upper case, lower case, digit and special character a password needs (same place)."""

CUSTOM_DATA_CHARACTERS = 87_380
"""Longest customData: the Base64 of 65,535 bytes (azure-rest-api-specs, 2024-11-01, osProfile.customData)."""

RSA_KEY_BITS = 2_048
"""The shortest RSA key of an SSH login (azure-rest-api-specs, 2024-11-01, linuxConfiguration.ssh.publicKeys)."""

OS_DISK_GIB = (1, 4_095)
"""Size of an OS disk (learn.microsoft.com/azure/virtual-machines/managed-disks-overview, 2024)."""

DISK_GIB = (1, 65_536)
"""Size of a managed disk; only Ultra and Premium v2 disks go beyond 32,767 (virtual-machines/disks-types, 2024)."""

AVAILABILITY_ZONES = ("1", "2", "3")
"""Zones of a region that has them (learn.microsoft.com/azure/reliability/availability-zones-overview, 2025)."""

ALERT_ACTION_GROUPS = 5
"""Action groups of one alert rule (learn.microsoft.com/azure/azure-monitor/alerts/action-groups, 2025-02-13)."""

ALERT_FILTER_VALUES = 5
"""Values of one filter of an alert processing rule (learn.microsoft.com/azure/azure-monitor/alerts/
alerts-processing-rules, 2026-03-12)."""

ALERT_SEVERITIES = (0, 4)
"""Severities of a metric alert, critical to verbose (azure-rest-api-specs, metricAlert_API.json 2018-03-01)."""

ACTION_GROUP_SHORT_NAME_LENGTH = 12
"""Longest short name of an action group (learn.microsoft.com/azure/templates/microsoft.insights/actiongroups,
2024-10-01-preview)."""

STANDARD_V2_SINCE = "2024-07-01"
"""First API version that knows SKU StandardV2 and IPv6 on a NAT gateway (azure-rest-api-specs, Microsoft.Network)."""

SUBNETS_KEPT_SINCE = "2023-09-01"
"""First API version in which a VNet PUT that omits `subnets` keeps them (Azure Networking Blog 4067952, 2024)."""

PRIVATE_SUBNETS_SINCE = "2025-07-01"
"""A VNet created with this API version or a later one has private subnets (Azure Networking Blog 4513778, 2026)."""


@dataclass(frozen=True)
class Quotas:
    """What a subscription may hold in one region."""

    nat_gateways: int = 1_000
    """1,000 under an Enterprise Agreement or CSP, 100 pay-as-you-go and sponsored, 15 others (faq, 2026)."""
    public_ip_addresses: int = 1_000
    """Public addresses, a prefix counting in full. The real figure differs by subscription; this one is the maximum
    that the limits table names for static addresses (azure-subscription-service-limits, 2024)."""
