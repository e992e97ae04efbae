"""What makes a Linux router the gateway: nftables, spoken over netlink, so that no `nft` need be installed."""

from __future__ import annotations

import socket
import sys
from typing import Any, Final

from nat_egress.capacity.simulator.settings import Gateway
from pyroute2.nftables.main import NFTables

LOWEST_PORT: Final = 1_024
"""Written here once more, so that a simulator with another one does not agree."""
IPV4: Final = 2
ACCEPT, DROP = 1, 0
TABLE: Final = "gateway"


def translate(settings: Gateway, addresses: list[str]) -> None:
    """Set the rules in the namespace that the thread is in. As `nft` would write them, with two addresses of 8 ports:

    table ip gateway {
      chain postrouting {
        type nat hook postrouting priority 100; policy accept;
        numgen random mod 2 == 0 snat to 203.0.113.1:1024-1031 fully-random
        numgen random mod 1 == 0 snat to 203.0.113.2:1024-1031 fully-random
      }
      chain input { type filter hook input priority 0; policy drop; counter }
    }

    `fully-random` draws a port for each connection. Without it Linux keeps the machine's own port where it can.
    """
    first, last = LOWEST_PORT, LOWEST_PORT + settings.ports_per_address - 1
    with NFTables(nfgen_family=IPV4) as nft:
        nft.table("add", name=TABLE)
        nft.chain("add", table=TABLE, name="postrouting", type="nat", hook="postrouting", priority=100, policy=ACCEPT)
        for n, address in enumerate(addresses):
            expressions = [*_one_in(len(addresses) - n), *_snat(address, first, last)]
            nft.rule("add", table=TABLE, chain="postrouting", expressions=[expressions])
        nft.chain("add", table=TABLE, name="input", type="filter", hook="input", priority=0, policy=DROP)
        nft.rule("add", table=TABLE, chain="input", expressions=[[_expression("counter")]])


def dropped() -> int:
    """Return how many packets from outside no entry matched, so that they were the gateway's own to drop."""
    with NFTables(nfgen_family=IPV4) as nft:
        (rule,) = [rule for rule in nft.get_rules() if rule.get_attr("NFTA_RULE_CHAIN") == "input"]
    (counter,) = rule.get_attr("NFTA_RULE_EXPRESSIONS")
    return counter.get_attr("NFTA_EXPR_DATA").get_attr("NFTA_COUNTER_PACKETS")


def _one_in(number: int) -> list[dict[str, Any]]:
    zero = (0).to_bytes(4, sys.byteorder)
    return [
        _expression("numgen", NG_DREG=1, NG_MODULUS=number, NG_TYPE=1),
        _expression("cmp", CMP_SREG=1, CMP_OP=0, CMP_DATA=_value(zero)),
    ]


def _snat(address: str, first: int, last: int) -> list[dict[str, Any]]:
    registers = (socket.inet_aton(address), first.to_bytes(2, "big"), last.to_bytes(2, "big"))
    return [
        *(_expression("immediate", IMMEDIATE_DREG=n, IMMEDIATE_DATA=_value(v)) for n, v in enumerate(registers, 1)),
        _expression(
            "nat",
            NAT_TYPE=0,
            NAT_FAMILY=IPV4,
            NAT_REG_ADDR_MIN=1,
            NAT_REG_PROTO_MIN=2,
            NAT_REG_PROTO_MAX=3,
            NAT_FLAGS=["NF_NAT_RANGE_MAP_IPS", "NF_NAT_RANGE_PROTO_SPECIFIED", "NF_NAT_RANGE_PROTO_RANDOM_FULLY"],
        ),
    ]


def _value(value: bytes) -> dict[str, Any]:
    return {"attrs": [("NFTA_DATA_VALUE", value)]}


def _expression(name: str, **attributes: Any) -> dict[str, Any]:
    data = {"attrs": [(f"NFTA_{key}", value) for key, value in attributes.items()]}
    return {"attrs": [("NFTA_EXPR_NAME", name), ("NFTA_EXPR_DATA", data)]}
