"""The names of the resource types, apart from the modules so that these can refer to each other."""

from __future__ import annotations

from typing import Final

ACTION_GROUP: Final = "Microsoft.Insights/actionGroups"
ACTIVITY_LOG_ALERT: Final = "Microsoft.Insights/activityLogAlerts"
ALERT_PROCESSING_RULE: Final = "Microsoft.AlertsManagement/actionRules"
BACKEND_POOL: Final = "Microsoft.Network/loadBalancers/backendAddressPools"
BASTION_HOST: Final = "Microsoft.Network/bastionHosts"
DISK: Final = "Microsoft.Compute/disks"
INBOUND_NAT_RULE: Final = "Microsoft.Network/loadBalancers/inboundNatRules"
LOAD_BALANCER: Final = "Microsoft.Network/loadBalancers"
METRIC_ALERT: Final = "Microsoft.Insights/metricAlerts"
NAT_GATEWAY: Final = "Microsoft.Network/natGateways"
NETWORK_INTERFACE: Final = "Microsoft.Network/networkInterfaces"
NETWORK_SECURITY_GROUP: Final = "Microsoft.Network/networkSecurityGroups"
PUBLIC_IP_ADDRESS: Final = "Microsoft.Network/publicIPAddresses"
PUBLIC_IP_PREFIX: Final = "Microsoft.Network/publicIPPrefixes"
ROUTE: Final = "Microsoft.Network/routeTables/routes"
ROUTE_TABLE: Final = "Microsoft.Network/routeTables"
SECURITY_RULE: Final = "Microsoft.Network/networkSecurityGroups/securityRules"
SUBNET: Final = "Microsoft.Network/virtualNetworks/subnets"
VIRTUAL_MACHINE: Final = "Microsoft.Compute/virtualMachines"
VIRTUAL_NETWORK: Final = "Microsoft.Network/virtualNetworks"
WORKBOOK: Final = "Microsoft.Insights/workbooks"
