from __future__ import annotations

import pytest
from nat_egress.exposure.security_rules.intervals import Intervals
from nat_egress.exposure.security_rules.ports import EVERY_PORT, PROTOCOLS, read_ports, read_protocol


@pytest.mark.parametrize(
    ("values", "spans"),
    [
        (["*"], [(0, 65535)]),
        (["Any"], [(0, 65535)]),
        (["0-65535"], [(0, 65535)]),
        (["22"], [(22, 22)]),
        ([" 22 "], [(22, 22)]),
        ([22], [(22, 22)]),
        ([22.0], [(22, 22)]),
        (["20-25"], [(20, 25)]),
        (["20 - 25"], [(20, 25)]),
        (["80", "443", "8080-8090"], [(80, 80), (443, 443), (8080, 8090)]),
        (["80,443"], [(80, 80), (443, 443)]),
        (["22", "23-30", "*"], [(0, 65535)]),
        (["22", "23"], [(22, 23)]),
        ([], []),
    ],
)
def test_ports(values, spans):
    found = read_ports(values)
    assert found.sure == found.maybe == Intervals(tuple(spans))


@pytest.mark.parametrize(
    "value", ["ssh", "65536", "99999-1", "25-20", "", "-", "22-", "-22", "\uff12\uff12", None, True, 22.5, {}]
)
def test_what_is_no_port_may_be_any(value):
    found = read_ports(["80", value])
    assert found.sure == Intervals(((80, 80),))
    assert found.maybe == EVERY_PORT


@pytest.mark.parametrize(
    ("value", "protocols"),
    [("Tcp", {"Tcp"}), ("TCP", {"Tcp"}), ("udp", {"Udp"}), ("Icmp", {"Icmp"}), ("ESP", {"Esp"}), ("ah", {"Ah"})],
)
def test_protocols(value, protocols):
    assert read_protocol(value).sure == read_protocol(value).maybe == protocols


@pytest.mark.parametrize("value", ["*", "Any", "any", " * "])
def test_all_protocols(value):
    assert read_protocol(value).sure == PROTOCOLS


@pytest.mark.parametrize("value", [None, "", "Sctp", 6, ["Tcp"]])
def test_what_is_no_protocol_may_be_any(value):
    assert (read_protocol(value).sure, read_protocol(value).maybe) == (frozenset(), PROTOCOLS)
