"""What Azure wants of a Linux machine, whatever network it is in."""

from __future__ import annotations

from typing import Any

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIP3PhX4g54YCvms6V8f7+1cF5XX4Qv3TOvWp256ZIX0q"


def machine_profiles(key: str = KEY) -> dict[str, Any]:
    """Return what Azure wants of a machine beside its network."""
    keys = [{"path": "/home/somebody/.ssh/authorized_keys", "keyData": key}]
    return {
        "hardwareProfile": {"vmSize": "Standard_D2s_v5"},
        "osProfile": {
            "computerName": "host",
            "adminUsername": "somebody",
            "linuxConfiguration": {"disablePasswordAuthentication": True, "ssh": {"publicKeys": keys}},
        },
        "storageProfile": {
            "imageReference": {"publisher": "Canonical", "offer": "o", "sku": "s", "version": "latest"},
            "osDisk": {"createOption": "FromImage"},
        },
    }
