"""The metrics of a NAT gateway as Azure Monitor names them, each name once.

learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/microsoft-network-natgateways-metrics, 2024-02-19 in
the copy that was read (MicrosoftDocs/azure-reference-other); values of the dimensions: learn.microsoft.com/azure/
nat-gateway/monitor-nat-gateway-reference. Azure Monitor has a value of each for every minute.
"""

from __future__ import annotations

from typing import Final

NAMESPACE: Final = "Microsoft.Network/natGateways"

BYTES: Final = "ByteCount"
PACKETS: Final = "PacketCount"
DROPPED_PACKETS: Final = "PacketDropCount"
NEW_CONNECTIONS: Final = "SNATConnectionCount"
ACTIVE_CONNECTIONS: Final = "TotalConnectionCount"
DATAPATH_AVAILABILITY: Final = "DatapathAvailability"

DIRECTION: Final = "Direction"
"""The dimension of bytes and packets."""
IN: Final = "In"
OUT: Final = "Out"

CONNECTION_STATE: Final = "ConnectionState"
"""The dimension of new connections."""
FAILED: Final = "Failed"

TOTAL: Final = "Total"
AVERAGE: Final = "Average"
