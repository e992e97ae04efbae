from __future__ import annotations

import pytest
from nat_egress import NatEgress, PrivateNetwork

ARGS = {"resource_group_name": "rg", "prefixes": {"partners": {"length": 29}}, "protect_addresses": True}
SUBNETS = {"web": {"address_prefix": "10.0.0.0/24"}, "api": {"address_prefix": "10.0.1.0/24"}}


@pytest.fixture
def network():
    """A program: a gateway with eight addresses, and two subnets behind it."""

    def program():
        egress = NatEgress("egress", ARGS)
        return PrivateNetwork(
            "network",
            {
                "resource_group_name": "rg",
                "address_space": ["10.0.0.0/16"],
                "gateway_id": egress.gateway_id,
                "subnets": SUBNETS,
            },
        ).subnet_ids

    return program


@pytest.fixture
def folder(tmp_path):
    """Make a program's folder: what stands in its files, by name."""

    def made(**files):
        for name, text in files.items():
            path = tmp_path / name.replace("__slash__", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return made
