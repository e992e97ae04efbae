"""The platform's figures, each once, with its source and the date it was read.

Pages without another address are under https://learn.microsoft.com/azure/nat-gateway/.
"""

from __future__ import annotations

from typing import Final

MAX_IPV4_ADDRESSES: Final = 16
"""IPv4 addresses on one gateway, those of its prefixes counted (faq, 2026-08)."""

MAX_GATEWAYS: Final = 1_000
"""Gateways in a subscription and region with an enterprise agreement; fewer with others (faq, 2026-08)."""

MAX_SUBNETS: Final = 800
"""Subnets on one gateway, all in one virtual network (nat-sku, 2026-07-27)."""

MAX_SUBNETS_OF_NETWORK: Final = 3_000
"""Subnets in one virtual network (MicrosoftDocs/azure-docs includes/azure-virtual-network-limits.md, 2022-12-05)."""

SNAT_PORTS_PER_ADDRESS: Final = 64_512
"""Source ports of one public IP address, 1,024 to 65,535 (nat-gateway-resource, 2026)."""

SUPPORTED_CONNECTIONS: Final = 50_000
"""Active connections of one public IP address to one destination that are supported (nat-sku, 2026-07-27)."""

MAX_CONNECTIONS: Final = 2_000_000
"""Active connections of a gateway, over all its addresses (nat-gateway-resource, 2026)."""

BANDWIDTH_GBPS: Final = {"Standard": 25, "StandardV2": 100}
"""Gigabits a second of a gateway: Standard each way, 50 in sum (nat-gateway-resource, 2026); StandardV2 as a whole
(nat-sku, 2026-07-27, which does not say how it divides)."""

PACKETS_PER_S: Final = {"Standard": 5_000_000, "StandardV2": 10_000_000}
"""Packets a second of a gateway (nat-sku, 2026-07-27)."""

HOLD_AFTER_FIN_S: Final = 65
"""Seconds that a port is held toward its destination after FIN (nat-gateway-resource, 2026)."""

HOLD_AFTER_RST_S: Final = 16
"""Seconds that a port is held toward its destination after RST (nat-gateway-resource, 2026)."""

HOLD_AFTER_UDP_S: Final = 65
"""Seconds that a port is held toward its destination after a UDP flow is closed (nat-gateway-resource, 2026)."""

HALF_OPEN_S: Final = 30
"""Seconds that a TCP connection without an answer takes its port (nat-gateway-resource, 2026)."""

UDP_IDLE_TIMEOUT_MINUTES: Final = 4
"""The UDP idle timeout, which can't be set (nat-gateway-resource, 2026)."""

LINUX_SOURCE_PORTS: Final = (32_768, 60_999)
"""First and last port that Linux connects from by default (Documentation/networking/ip-sysctl, ip_local_port_range,
read in copies, 2026-11-25). connect() begins with the even ones (commit 07f4c90062f8, 2015-05-24) and goes on to the
odd ones once those are taken (commit 1580ab63fc9a, 2016-02-11), so that all of them count."""

LINUX_TIME_WAIT_S: Final = 60
"""Seconds that a Linux machine keeps the port of a connection that it closed itself (TCP_TIMEWAIT_LEN in Linux's
include/net/tcp.h, read in copies, 2026-11-25)."""

GATEWAY_USD_PER_HOUR: Final = 0.045
"""A gateway of either SKU, East US (c3x.dev/resources/azure/azurerm_nat_gateway, 2026-08, not Microsoft's)."""

PROCESSED_USD_PER_GB: Final = 0.045
"""Data that a gateway processes, East US (same page). Whether both directions count is not documented."""

ADDRESS_USD_PER_HOUR: Final = 0.005
"""A static public IPv4 address, each of a prefix too (Azure's retail prices, 2026-10-16, in the wiki of
ChiefGyk3D/Clouds-Against-Humanity, Provider-Azure-Cost-Lesson)."""

HOURS_PER_MONTH: Final = 730
"""Hours of a month in estimates of Azure's prices: 365 days of 24 hours, by 12."""

MIN_IDLE_TIMEOUT_MINUTES: Final = 4
"""Shortest, and default, TCP idle timeout (nat-gateway-resource, 2026)."""

MAX_IDLE_TIMEOUT_MINUTES: Final = 120
"""Longest TCP idle timeout (nat-gateway-resource, 2026)."""

MIN_PREFIX_LENGTH: Final = 28
"""Largest public IPv4 prefix that a gateway takes: 16 addresses (nat-sku, 2026-07-27)."""

MAX_PREFIX_LENGTH: Final = 31
"""Smallest public IPv4 prefix: 2 addresses (learn.microsoft.com/azure/virtual-network/ip-services/
public-ip-address-prefix, 2025-01-08)."""

ZONES: Final = ("1", "2", "3")
"""Availability zones of a region that has them (learn.microsoft.com/azure/reliability/availability-zones-overview,
2026-08)."""

SMALLEST_SUBNET: Final = 29
"""Longest IPv4 prefix of a subnet (learn.microsoft.com/azure/virtual-network/virtual-networks-faq, read in a copy,
2026-11-24)."""

LARGEST_NETWORK: Final = 2
"""Shortest IPv4 prefix of a subnet or an address space (same page)."""

RESERVED_PER_SUBNET: Final = 5
"""Addresses that Azure keeps in each subnet: the first four and the last (same page)."""

GATEWAY_SUBNET: Final = "GatewaySubnet"
"""The subnet of VPN and ExpressRoute gateways, which takes no NAT gateway (faq, 2026-08)."""

DELEGATIONS_WITHOUT_NAT: Final = {"microsoft.sql/managedinstances": "SQL Managed Instance"}
"""Services whose delegated subnets take no NAT gateway, in lower case (faq, 2026-08)."""

SKUS: Final = ("Standard", "StandardV2")
"""SKUs of NAT gateways (nat-sku, 2026-07-27)."""

DEPLOYABLE_SKUS: Final = ("Standard",)
"""SKUs in the API that azure-native 3.29 speaks, Microsoft.Network 2024-05-01; StandardV2 came with 2024-07-01
(azure-rest-api-specs, natGateway.json of both versions, 2026-08)."""

BASTION_SUBNET: Final = "AzureBastionSubnet"
"""The name of a Bastion host's subnet (learn.microsoft.com/azure/bastion/configuration-settings, 2026-11)."""

BASTION_SMALLEST_SUBNET: Final = 26
"""Longest IPv4 prefix of that subnet for hosts made since November 2021 (same page)."""

BASTION_SCALE_UNITS: Final = (2, 50)
"""Instances of a Bastion host of SKU Standard or Premium (same page)."""

MAX_COMPUTER_NAME: Final = {"Linux": 64, "Windows": 15}
"""Characters of a machine's host name (learn.microsoft.com/azure/azure-resource-manager/management/
resource-name-rules#microsoftcompute, and the reference of Microsoft.Compute osProfile 2024-11-01)."""

MAX_ADMIN_USERNAME: Final = {"Linux": 64, "Windows": 20}
"""Characters of an administrator's name (reference of Microsoft.Compute osProfile.adminUsername, 2024-11-01)."""

FORBIDDEN_ADMIN_USERNAMES: Final = frozenset({
    "1", "123", "a", "actuser", "adm", "admin", "admin1", "admin2", "administrator", "aspnet", "backup",
    "console", "david", "guest", "john", "owner", "root", "server", "sql", "support", "support_388945a0", "sys",
    "test", "test1", "test2", "test3", "user", "user1", "user2", "user3", "user4", "user5",
})  # fmt: skip
"""Names that Azure takes for no administrator, in lower case (same reference)."""

PASSWORD_CHARACTERS: Final = {"Linux": (12, 72), "Windows": (12, 123)}
"""Shortest and longest administrator's password (learn.microsoft.com/azure/virtual-machines/linux/faq and windows/faq;
the reference of osProfile.adminPassword prints lower minimums)."""

MAX_CUSTOM_DATA_BYTES: Final = 65_535
"""Bytes of custom data before they are encoded (reference of Microsoft.Compute osProfile.customData, 2024-11-01)."""

OS_DISK_GB: Final = (1, 4_095)
"""Gibibytes of an OS disk (learn.microsoft.com/azure/virtual-machines/managed-disks-overview, 2025)."""

FIRST_RULE_PRIORITY: Final = 100
"""The priority of security rules that comes first (learn.microsoft.com/azure/virtual-network/
network-security-groups-overview, 2025)."""

DATAPATH_AVAILABILITY_PERCENT: Final = 90
"""Average of 15 minutes below which a gateway is degraded (nat-metrics, 2024-01-30)."""

DROPPED_PACKETS: Final = 5
"""Dropped packets in five minutes that Azure Monitor Baseline Alerts warn of (Azure/azure-monitor-baseline-alerts,
services/Network/natGateways/alerts.yaml, 2026-05-26)."""

MAX_ACTION_GROUPS: Final = 5
"""Action groups of one alert rule (learn.microsoft.com/azure/azure-monitor/alerts/action-groups, 2025-02-13)."""

MAX_ACTION_GROUP_SHORT_NAME: Final = 12
"""Characters of an action group's short name (learn.microsoft.com/azure/templates/microsoft.insights/actiongroups,
2024-10-01-preview, read in a copy, 2026-11-25)."""

MAX_TAG_CHARACTERS: Final = 256
"""Characters of a tag's value (learn.microsoft.com/azure/azure-resource-manager/management/tag-resources, 2025)."""


def zoneless(sku: str) -> bool:
    """Tell whether gateways of `sku` are always zone-redundant and take no zone (nat-sku, 2026-07-27)."""
    return sku == "StandardV2"


def snat_ports(addresses: int) -> int:
    """Count the source ports that `addresses` public IP addresses give, for TCP and for UDP each."""
    return addresses * SNAT_PORTS_PER_ADDRESS
