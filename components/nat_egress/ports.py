"""Ports that people know by the name of what listens there."""

from __future__ import annotations

from typing import Final

MANAGEMENT_PORTS: Final = {22: "SSH", 3389: "RDP", 5985: "WinRM", 5986: "WinRM"}
"""Ports of administrators, who come through Bastion."""
