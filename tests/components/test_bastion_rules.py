from __future__ import annotations

from dataclasses import replace

import pytest
from nat_egress.bastion_rules import (
    NEEDED_SKU,
    SKUS,
    BastionSpec,
    bastion_change_problems,
    bastion_identity,
    bastion_problems,
    subnet_id_problems,
    subnet_rules,
)

BASE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network"
NETWORK = f"{BASE}/virtualNetworks/v"
SUBNET = f"{NETWORK}/subnets/AzureBastionSubnet"
NEW = BastionSpec("rg", NETWORK, "10.0.255.0/26")
ADOPTED = BastionSpec("rg", subnet_id=SUBNET)
SHARED = BastionSpec("rg", NETWORK, sku="Developer")


def lines(spec=NEW, **changes):
    return [str(problem) for problem in bastion_problems(replace(spec, **changes))]


@pytest.mark.parametrize("spec", [NEW, ADOPTED, SHARED])
def test_three_kinds_of_hosts(spec):
    assert lines(spec) == []


OTHER_THAN_DEFAULT = {
    "kerberos": True,
    "tunneling": True,
    "ip_connect": True,
    "file_copy": True,
    "scale_units": 3,
    "copy_paste": False,
    "session_recording": True,
    "private_only": True,
}


def test_every_feature_is_tried():
    assert set(NEEDED_SKU) == set(OTHER_THAN_DEFAULT)


@pytest.mark.parametrize("sku", SKUS)
@pytest.mark.parametrize(
    ("setting", "least"),
    [
        ("kerberos", "Basic"),
        ("tunneling", "Standard"),
        ("ip_connect", "Standard"),
        ("file_copy", "Standard"),
        ("scale_units", "Standard"),
        ("copy_paste", "Standard"),
        ("session_recording", "Premium"),
        ("private_only", "Premium"),
    ],
)
def test_features_need_a_sku(sku, setting, least):
    spec = SHARED if sku == "Developer" else replace(NEW, sku=sku)
    said = lines(spec, **{setting: OTHER_THAN_DEFAULT[setting]})
    if ["Developer", "Basic", "Standard", "Premium"].index(sku) >= ["", "Basic", "Standard", "Premium"].index(least):
        assert said == []
    else:
        (line,) = said
        value = {True: "true", False: "false"}.get(OTHER_THAN_DEFAULT[setting], "3")
        assert line == (
            f"{setting} is {value}: that takes SKU {least} or a higher one, and this host is {sku}. "
            f"Set sku to {least}, or remove it."
        )


@pytest.mark.parametrize("units", [2, 50])
def test_scale_units(units):
    assert lines(sku="Standard", scale_units=units) == []


@pytest.mark.parametrize("units", [-1, 0, 1, 51])
def test_too_few_and_too_many_scale_units(units):
    (line,) = lines(sku="Standard", scale_units=units)
    assert line == f"scale_units is {units}: a Bastion host has 2 to 50 scale units. Use a number in between."


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("10.0.255.0/26", None),
        ("10.0.255.0/25", None),
        ("10.0.0.0/16", None),
        ("0.0.0.0/2", None),
        ("0.0.0.0/1", "AzureBastionSubnet is a /26 or larger"),
        ("10.0.255.0/27", "AzureBastionSubnet is a /26 or larger. Give a /26."),
        ("10.0.255.0/32", "AzureBastionSubnet is a /26 or larger"),
        ("10.0.255.1/26", "Did you mean 10.0.255.0/26?"),
        ("10.0.255.0", "Give an address, a slash and a length."),
        ("fd00::/64", "Give an address, a slash and a length."),
        ("10.0.255.0/255.255.255.192", "Did you mean 10.0.255.0/26?"),
    ],
)
def test_ranges(prefix, expected):
    said = lines(address_prefix=prefix)
    assert (said == []) if expected is None else (len(said) == 1 and expected in said[0]), said
    assert all(line.startswith(f"address_prefix is {prefix}: ") for line in said)


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (("203.0.113.0/24", "198.51.100.7"), None),
        (("Internet",), None),
        (("0.0.0.0/0",), None),
        (("VirtualNetwork", "10.0.0.0/8"), None),
        (("*",), "allowed_sources is *: it is neither an IPv4 range nor a service tag. Name who may connect"),
        (("any",), "allowed_sources is any: it is neither"),
        (("::/0",), "allowed_sources is ::/0: it is neither"),
        (
            ("203.0.113.7/24",),
            "allowed_sources is 203.0.113.7/24: it has bits set after its first 24. Did you mean 203.0.113.0/24?",
        ),
        (("203.0.113.0/24", "203.0.113.7"), "allowed_sources is 203.0.113.7: 203.0.113.0/24 covers it"),
        (("Internet", "internet"), "allowed_sources is internet: it stands there twice"),
    ],
)
def test_sources(sources, expected):
    said = lines(allowed_sources=sources)
    assert (said == []) if expected is None else (len(said) == 1 and said[0].startswith(expected)), said


@pytest.mark.parametrize(
    ("spec", "changes", "expected"),
    [
        (
            NEW,
            {"sku": "basic"},
            "sku is basic: a Bastion host is one of Developer, Basic, Standard, Premium. Use one of",
        ),
        (NEW, {"name": "-b"}, "name is -b: the name of a Bastion host has 1 to 80"),
        (NEW, {"zones": ("4",)}, "zones is 4: a zone is one of 1, 2, 3"),
        (NEW, {"zones": ("1", "1")}, 'zones is ["1", "1"]: zone 1 stands there twice'),
        (NEW, {"virtual_network_id": None}, "virtual_network_id is not set: AzureBastionSubnet is made in a network"),
        (NEW, {"address_prefix": None}, "address_prefix is not set: AzureBastionSubnet is made in a network, unless"),
        (NEW, {"virtual_network_id": "v"}, "virtual_network_id is v: it is not an id such as"),
        (NEW, {"virtual_network_id": SUBNET}, f"virtual_network_id is {SUBNET[:20]}"),
        (ADOPTED, {"virtual_network_id": NETWORK}, "virtual_network_id is given: subnet_id names a subnet that exists"),
        (ADOPTED, {"address_prefix": "10.0.0.0/26"}, "address_prefix is given: subnet_id names a subnet that exists"),
        (ADOPTED, {"allowed_sources": ("Internet",)}, "allowed_sources is given: subnet_id names a subnet that exists"),
        (ADOPTED, {"subnet_id": NETWORK}, f"subnet_id is {NETWORK}: a Bastion host is in a subnet of the name"),
        (SHARED, {"virtual_network_id": None}, "virtual_network_id is not set: a Developer host serves one virtual"),
        (SHARED, {"subnet_id": SUBNET}, "subnet_id is given: a Developer host has no subnet, no security group and no"),
        (SHARED, {"address_prefix": "10.0.0.0/26"}, "address_prefix is given: a Developer host has no subnet"),
        (SHARED, {"zones": ("1",)}, "zones is given: a Developer host has no subnet"),
        (SHARED, {"allowed_sources": ("Internet",)}, "allowed_sources is given: a Developer host has no subnet"),
    ],
)
def test_hosts_that_are_wrong(spec, changes, expected):
    (line,) = lines(spec, **changes)
    assert line.startswith(expected)


def test_everything_wrong_is_said_at_once():
    said = lines(
        sku="Gold", scale_units=1, zones=("0",), name="", address_prefix="10.0.0.0/29", allowed_sources=("*", "any")
    )
    assert [line.partition(" is ")[0] for line in said] == [
        "name",
        "sku",
        "scale_units",
        "zones",
        "address_prefix",
        "allowed_sources",
        "allowed_sources",
    ]


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        (SUBNET, True),
        (SUBNET.lower(), True),
        (f"{SUBNET}/", True),
        (SUBNET.replace("AzureBastionSubnet", "web"), False),
        (f"{SUBNET}s", False),
        ("AzureBastionSubnet", False),
        (NETWORK, False),
        ("", False),
    ],
)
def test_the_subnet_has_its_own_name(text, fits):
    assert (subnet_id_problems(text) == []) is fits


def test_the_rules_without_which_azure_takes_no_security_group():
    rules = subnet_rules(NEW)
    assert {(rule.direction, rule.sources, rule.destination, rule.ports, rule.protocol) for rule in rules} == {
        ("Inbound", ("Internet",), "*", ("443",), "Tcp"),
        ("Inbound", ("GatewayManager",), "*", ("443",), "Tcp"),
        ("Inbound", ("AzureLoadBalancer",), "*", ("443",), "Tcp"),
        ("Inbound", ("VirtualNetwork",), "VirtualNetwork", ("8080", "5701"), "*"),
        ("Outbound", ("*",), "VirtualNetwork", ("22", "3389"), "*"),
        ("Outbound", ("*",), "AzureCloud", ("443",), "Tcp"),
        ("Outbound", ("VirtualNetwork",), "VirtualNetwork", ("8080", "5701"), "*"),
        ("Outbound", ("*",), "Internet", ("80",), "*"),
    }


@pytest.mark.parametrize(
    ("changes", "sources"),
    [
        ({}, [("Internet",)]),
        ({"sku": "Premium", "private_only": True}, [("VirtualNetwork",)]),
        ({"allowed_sources": ("203.0.113.0/24", "198.51.100.7")}, [("203.0.113.0/24", "198.51.100.7")]),
        ({"allowed_sources": ("Storage", "203.0.113.0/24", "Sql")}, [("203.0.113.0/24",), ("Storage",), ("Sql",)]),
    ],
)
def test_who_may_reach_it(changes, sources):
    rules = subnet_rules(replace(NEW, **changes))
    assert [rule.sources for rule in rules if rule.name.startswith("AllowHttpsInbound")] == sources
    for direction in ("Inbound", "Outbound"):
        priorities = [rule.priority for rule in rules if rule.direction == direction]
        assert priorities == sorted(set(priorities))
    assert len({rule.name for rule in rules}) == len(rules)


@pytest.mark.parametrize("before", SKUS)
@pytest.mark.parametrize("after", SKUS)
def test_a_sku_is_raised_and_never_lowered(before, after):
    found = bastion_change_problems(*(bastion_identity(replace(NEW, sku=sku)) for sku in (before, after)))
    order = ["Developer", "Basic", "Standard", "Premium"].index
    if order(after) >= order(before):
        assert found == []
    else:
        (line,) = map(str, found)
        assert line == (
            f"sku is {before} → {after}: Azure raises the SKU of a Bastion host and never lowers it. Leave it at "
            f"{before}. Or do it in two updates: (1) remove the BastionHost; (2) declare it with {after}."
        )


@pytest.mark.parametrize("old", [{}, {"sku": None}, {"sku": "Gold"}])
def test_what_is_not_known_is_taken_as_unchanged(old):
    assert bastion_change_problems(old, {"sku": "Basic"}) == []
    assert bastion_change_problems({"sku": "Premium"}, old) == []
