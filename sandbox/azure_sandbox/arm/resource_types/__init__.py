"""The resource types that the control plane knows. A new type is a new module and a line in the table."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from .action_group import ACTION_GROUP
from .activity_log_alert import ACTIVITY_LOG_ALERT
from .alert_processing_rule import ALERT_PROCESSING_RULE
from .backend_address_pool import BACKEND_POOL
from .base import ResourceType
from .bastion_host import BASTION_HOST
from .disk import DISK
from .inbound_nat_rule import INBOUND_NAT_RULE
from .load_balancer import LOAD_BALANCER
from .metric_alert import METRIC_ALERT
from .nat_gateway import NAT_GATEWAY
from .network_interface import NETWORK_INTERFACE
from .network_security_group import NETWORK_SECURITY_GROUP
from .public_ip_address import PUBLIC_IP_ADDRESS
from .public_ip_prefix import PUBLIC_IP_PREFIX
from .resource_group import RESOURCE_GROUP
from .route import ROUTE
from .route_table import ROUTE_TABLE
from .security_rule import SECURITY_RULE
from .subnet import SUBNET
from .virtual_machine import VIRTUAL_MACHINE
from .virtual_network import VIRTUAL_NETWORK
from .workbook import WORKBOOK

__all__ = ["RESOURCE_TYPES", "ResourceType"]

_ALL = (
    ACTION_GROUP,
    ACTIVITY_LOG_ALERT,
    ALERT_PROCESSING_RULE,
    BACKEND_POOL,
    BASTION_HOST,
    DISK,
    INBOUND_NAT_RULE,
    LOAD_BALANCER,
    METRIC_ALERT,
    NAT_GATEWAY,
    NETWORK_INTERFACE,
    NETWORK_SECURITY_GROUP,
    PUBLIC_IP_ADDRESS,
    PUBLIC_IP_PREFIX,
    RESOURCE_GROUP,
    ROUTE,
    ROUTE_TABLE,
    SECURITY_RULE,
    SUBNET,
    VIRTUAL_MACHINE,
    VIRTUAL_NETWORK,
    WORKBOOK,
)

RESOURCE_TYPES: Final = MappingProxyType({type_.name.lower(): type_ for type_ in _ALL})
"""Types by their name in lower case."""
