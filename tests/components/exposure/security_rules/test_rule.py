from __future__ import annotations

import pytest
from nat_egress.exposure.security_rules import read_rule

ASG = {"id": "/asg/web"}


@pytest.mark.parametrize(
    ("properties", "fields"),
    [
        ({"sourceAddressPrefix": "a"}, {"sources": ("a",)}),
        ({"sourceAddressPrefixes": ["a", "b"]}, {"sources": ("a", "b")}),
        ({"sourceAddressPrefix": "a", "sourceAddressPrefixes": ["b"]}, {"sources": ("a", "b")}),
        ({"sources": [{"addressPrefix": "a", "addressPrefixType": "IPPrefix"}, "b"]}, {"sources": ("a", "b")}),
        ({"sources": [{}]}, {"sources": (None,)}),
        ({"sourceApplicationSecurityGroups": [ASG]}, {"sources": (), "source_groups": ("/asg/web",)}),
        (
            {"sourceApplicationSecurityGroups": [ASG], "sourceAddressPrefix": "a"},
            {"sources": ("a",), "source_groups": ("/asg/web",)},
        ),
        ({"sourceAddressPrefix": "", "sourceAddressPrefixes": []}, {"sources": (None,)}),
        ({"destinationAddressPrefix": "a"}, {"destinations": ("a",)}),
        ({"destinationAddressPrefixes": ["a", "b"]}, {"destinations": ("a", "b")}),
        ({"destinations": [{"addressPrefix": "a"}]}, {"destinations": ("a",)}),
        ({"destinationApplicationSecurityGroups": [ASG]}, {"destinations": (), "destination_groups": ("/asg/web",)}),
        ({"destinationPortRange": "22"}, {"destination_ports": ("22",)}),
        ({"destinationPortRanges": ["22", "80-90"]}, {"destination_ports": ("22", "80-90")}),
        ({"destinationPortRange": 22, "destinationPortRanges": ["80"]}, {"destination_ports": (22, "80")}),
        ({"sourcePortRange": "53"}, {"source_ports": ("53",)}),
        ({"sourcePortRanges": ["53", "54"]}, {"source_ports": ("53", "54")}),
        ({}, {"sources": (None,), "destinations": (None,), "destination_ports": (None,), "source_ports": ("*",)}),
        ({"ruleCollectionName": "c"}, {"sources": ("*",), "destinations": ("*",), "destination_ports": ("*",)}),
        (
            {"access": "Deny", "direction": "Inbound", "priority": 7.0, "protocol": "Tcp"},
            {"access": "Deny", "direction": "Inbound", "priority": 7.0, "protocol": "Tcp"},
        ),
    ],
)
def test_where_each_part_is_read(properties, fields):
    rule = read_rule("urn", "r", properties)
    assert {name: getattr(rule, name) for name in fields} == fields
    assert (rule.urn, rule.name) == ("urn", "r")
