from __future__ import annotations

from ipaddress import ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nat_egress.exposure.finding import Verdict
from nat_egress.exposure.policies import POLICIES
from nat_egress.exposure.security_rules import Intervals, SecurityRule, openings, read_rule, rule_findings
from nat_egress.exposure.security_rules.findings import POLICY, Accepted

UNKNOWN = object()


def test_the_policy_is_one_of_the_pack():
    assert POLICY in POLICIES


@pytest.mark.parametrize(
    "source",
    [
        "*",
        "Any",
        "Internet",
        "internet",
        "0.0.0.0/0",
        "::/0",
        "0.0.0.0/1",
        "128.0.0.0/1",
        "4.0.0.0/6",
        "1.0.0.0-9.0.0.0",
        "8.0.0.0/7",
        "2000::/3",
        "2a00::/12",
        "10.0.0.0/8,0.0.0.0/0",
    ],
)
@pytest.mark.parametrize("listed", [False, True])
def test_the_internet_is_denied_however_it_is_spelt(judge, source, listed):
    spelt = {"sourceAddressPrefixes": ["10.0.0.0/8", source], "sourceAddressPrefix": "absent"}
    ((verdict, name, text),) = judge(spelt if listed else {"sourceAddressPrefix": source})
    assert (verdict, name) == ("deny", "r0")
    assert text.startswith("Security rule r0 lets in the internet (source ")
    assert source in text
    assert text.endswith("on port 22 (SSH) (Tcp) (internet > Tcp 22 > security rule r0). " + BASTION)


BASTION = "Remove the rule: administrators come in through Bastion."
NAMED = "Name the private ranges that may connect, or have the source accepted in allowedSources."


@pytest.mark.parametrize(
    ("port", "where"),
    [
        ("22", f"port 22 (SSH) (Tcp) (internet > Tcp 22 > security rule r0). {BASTION}"),
        ("20-25", f"ports 20-25 (Tcp) (internet > Tcp 20-25 > security rule r0). {BASTION}"),
        ("5985-5986", f"ports 5985-5986 (Tcp) (internet > Tcp 5985-5986 > security rule r0). {BASTION}"),
        ("443", f"port 443 (Tcp) (internet > Tcp 443 > security rule r0). {NAMED}"),
        ("*", f"every port (Tcp) (internet > Tcp 0-65535 > security rule r0). {NAMED}"),
        (["80", "3389"], f"ports 80, 3389 (RDP) (Tcp) (internet > Tcp 80,3389 > security rule r0). {BASTION}"),
        (
            ["1", "3", "5", "7", "9"],
            f"ports 1, 3, 5, 7 and 1 more (Tcp) (internet > Tcp 1,3,5,7,9 > security rule r0). {NAMED}",
        ),
        (443.0, f"port 443 (Tcp) (internet > Tcp 443 > security rule r0). {NAMED}"),
    ],
)
def test_a_message_names_the_ports_and_what_to_do(judge, port, where):
    ((_, _, text),) = judge({"destinationPortRange": port})
    assert text == f"Security rule r0 lets in the internet (source *) on {where}"


@pytest.mark.parametrize(
    ("protocol", "verdict", "where"),
    [
        ("*", "deny", "port 22 (SSH) ("),
        ("Any", "deny", "port 22 (SSH) ("),
        ("Udp", "deny", "port 22 (SSH) (Udp) "),
        ("Icmp", "warn", "any port (Icmp) "),
        ("Esp", "warn", "any port (Esp) "),
    ],
)
def test_protocols(judge, protocol, verdict, where):
    ((found, _, text),) = judge({"protocol": protocol})
    assert found == verdict
    assert f"lets in the internet (source *) on {where}" in text


@pytest.mark.parametrize(
    "change",
    [
        {"sourceAddressPrefix": "VirtualNetwork"},
        {"sourceAddressPrefix": "virtualnetwork"},
        {"sourceAddressPrefix": "AzureLoadBalancer"},
        {"sourceAddressPrefix": "GatewayManager"},
        {"sourceAddressPrefix": "10.0.0.0/8"},
        {"sourceAddressPrefix": "fd00::/8"},
        {"sourceAddressPrefix": "172.16.0.0-172.31.255.255"},
        {"sourceAddressPrefix": "absent", "sourceApplicationSecurityGroups": [{"id": "/asg/a"}]},
        {"sourceAddressPrefix": "absent", "sourceApplicationSecurityGroups": [{"id": UNKNOWN}]},
        {"access": "Deny"},
        {"access": "deny"},
        {"direction": "Outbound"},
        {"direction": "OUTBOUND", "destinationAddressPrefix": "Internet"},
    ],
)
def test_no_false_alarm(judge, change):
    assert judge(change) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"sourceAddressPrefix": "AzureCloud"},
            "lets in every customer of Azure (source AzureCloud) on port 22 (SSH) (Tcp) ",
        ),
        (
            {"sourceAddressPrefix": "azurecloud.westeurope"},
            "lets in every customer of Azure (source azurecloud.westeurope) on ",
        ),
        (
            {"sourceAddressPrefix": "AzureFrontDoor.Backend"},
            "lets in every customer of Azure (source AzureFrontDoor.Backend) ",
        ),
        (
            {"sourceAddressPrefix": "Storage"},
            "lets in a service of Azure and its customers (source Storage) on port 22 ",
        ),
        ({"sourceAddressPrefix": "NewTag"}, "lets in a service of Azure and its customers (source NewTag) on port 22 "),
        (
            {"sourceAddressPrefix": "203.0.113.0/24"},
            "lets in public addresses (source 203.0.113.0/24) on port 22 (SSH) ",
        ),
        (
            {"sourceAddressPrefix": "2a00:1450::/32"},
            "lets in public addresses (source 2a00:1450::/32) on port 22 (SSH) ",
        ),
        (
            {"sourceAddressPrefix": "0.0.0.0/32"},
            "may let in the internet on port 22 (SSH) (Tcp): what Azure makes of its source, ",
        ),
        (
            {"sourceAddressPrefix": UNKNOWN},
            "may let in the internet on port 22 (SSH) (Tcp): its source is not known before ",
        ),
        (
            {"sourceAddressPrefix": "absent"},
            "may let in the internet on port 22 (SSH) (Tcp): its source is not known before ",
        ),
        (
            {"sourceAddressPrefixes": UNKNOWN, "sourceAddressPrefix": "absent"},
            "may let in the internet on port 22 (SSH) ",
        ),
        (
            {"destinationPortRange": UNKNOWN},
            "may let in the internet on ports that are not known (Tcp): its port is not ",
        ),
        (
            {"protocol": UNKNOWN},
            "may let in the internet on port 22 (SSH): its protocol is not known before the update ",
        ),
        (
            {"access": UNKNOWN, "priority": UNKNOWN},
            "(SSH) (Tcp): its access and priority are not known before the update ",
        ),
        ({"direction": UNKNOWN}, "(Tcp): its direction is not known before the update "),
    ],
)
def test_warnings(judge, change, said):
    ((verdict, _, text),) = judge(change)
    assert verdict == "warn"
    assert said in text


def test_known_and_unknown_sources_of_one_rule(judge):
    change = {"sourceAddressPrefix": "absent", "sourceAddressPrefixes": ["10.0.0.0/8", UNKNOWN]}
    ((verdict, _, text),) = judge(change)
    assert (verdict, "its source is not known" in text) == ("warn", True)
    ((verdict, _, _),) = judge({**change, "sourceAddressPrefixes": ["0.0.0.0/0", UNKNOWN]})
    assert verdict == "deny"


@pytest.mark.parametrize("private", ["10.0.0.0/8", "240.0.0.0/4", "fc00::/7"])
def test_private_addresses_do_not_make_named_ones_wide(judge, private):
    sources = {"sourceAddressPrefix": "absent", "sourceAddressPrefixes": [private, "203.0.113.0/24"]}
    ((verdict, _, text),) = judge(sources)
    assert (verdict, "lets in public addresses" in text) == ("warn", True)


def test_a_deny_before_a_rule_hides_what_it_covers_and_leaves_the_rest(judge):
    deny = {"access": "Deny", "priority": 100, "protocol": "*", "destinationPortRange": "*"}
    assert judge(deny, {}) == []
    assert [found[0] for found in judge({**deny, "priority": 300}, {})] == ["deny"]
    ((verdict, name, text),) = judge({**deny, "destinationPortRange": "22"}, {"destinationPortRange": "20-25"})
    assert (verdict, name) == ("deny", "r1")
    assert "on ports 20-21, 23-25 (Tcp)" in text
    ((verdict, _, _),) = judge({**deny, "sourceAddressPrefix": "0.0.0.0/1"}, {})
    assert verdict == "deny"
    ((verdict, _, text),) = judge({**deny, "protocol": "Tcp"}, {"protocol": "*"})
    assert (verdict, "on port 22 (SSH) (Ah, Esp, Icmp, Udp)" in text) == ("deny", True)


def test_a_deny_that_is_not_known_leaves_it_open_what_is_let_in(judge):
    ((verdict, _, text),) = judge({"access": "Deny", "priority": 100, "sourceAddressPrefix": UNKNOWN}, {})
    assert verdict == "warn"
    assert "a rule before it, which may stop that, is not known before the update" in text


def test_all_of_ipv4_in_a_deny_may_be_all_of_ipv6_too(judge):
    deny = {"access": "Deny", "priority": 100, "protocol": "*", "destinationPortRange": "*"}
    ((verdict, _, _),) = judge({**deny, "sourceAddressPrefix": "0.0.0.0/0"}, {})
    assert verdict == "warn"


def test_one_finding_for_each_rule_at_fault(judge):
    found = judge({}, {"destinationPortRange": "443", "priority": 210}, {"sourceAddressPrefix": "10.0.0.0/8"})
    assert [(verdict, name) for verdict, name, _ in found] == [("deny", "r0"), ("deny", "r1")]


def narrow(number):
    return {"sourceAddressPrefix": f"{number}.0.0.0/8", "priority": 300 + number}


def test_rules_that_are_wide_together(judge):
    assert {found[0] for found in judge(*[narrow(number) for number in (20, 21)])} == {"deny"}
    assert {found[0] for found in judge(narrow(20))} == {"warn"}
    assert {found[0] for found in judge(narrow(20), {**narrow(21), "destinationPortRange": "443"})} == {"warn"}
    assert {found[0] for found in judge(narrow(20), {**narrow(21), "protocol": "Udp"})} == {"warn"}


def test_a_rule_for_named_addresses_is_not_at_fault_for_another_that_lets_in_everyone(judge):
    found = judge({}, {"sourceAddressPrefix": "203.0.113.0/24", "priority": 300})
    assert [(verdict, name) for verdict, name, _ in found] == [("deny", "r0"), ("warn", "r1")]


@pytest.mark.parametrize(
    ("sources", "change", "verdicts"),
    [
        (("203.0.113.0/24",), {"sourceAddressPrefix": "203.0.113.7", "destinationPortRange": "443"}, []),
        (("203.0.113.0/24",), {"sourceAddressPrefix": "203.0.112.0/23", "destinationPortRange": "443"}, ["warn"]),
        (("203.0.113.0/24",), {"sourceAddressPrefix": "203.0.113.7", "destinationPortRange": "22"}, ["warn"]),
        (("203.0.113.0/24",), {"sourceAddressPrefix": "203.0.113.7", "destinationPortRange": "20-25"}, ["warn"]),
        (("203.0.113.0/24",), {"destinationPortRange": "443"}, ["deny"]),
        (
            ("azurefrontdoor.backend",),
            {"sourceAddressPrefix": "AzureFrontDoor.Backend", "destinationPortRange": "443"},
            [],
        ),
        (("AzureFrontDoor.Backend",), {"sourceAddressPrefix": "AzureFrontDoor.Backend"}, ["warn"]),
        (("AzureCloud",), {"sourceAddressPrefix": "AzureCloud.WestEurope", "destinationPortRange": "443"}, []),
        (("Internet",), {"destinationPortRange": "443"}, []),
        (("Internet",), {"destinationPortRange": "3389"}, ["deny"]),
    ],
)
def test_sources_that_are_accepted_but_not_for_administrators(judge, sources, change, verdicts):
    assert [verdict for verdict, _, _ in judge(change, sources=sources)] == verdicts


def test_ports_that_are_expected(judge):
    web = Intervals(((443, 443),))
    assert judge({"destinationPortRange": "443"}, expected_ports=web) == []
    ((_, _, text),) = judge({"destinationPortRange": "443-444"}, expected_ports=web)
    assert "on port 444 " in text


def test_management_ports_of_ones_own(judge):
    ((_, _, text),) = judge({"destinationPortRange": "8443"}, management_ports=Intervals(((8443, 8443),)))
    assert text.endswith(BASTION)


class Hidden(str):
    __slots__ = ()

    def __str__(self):
        return "[secret]"

    def __format__(self, spec):
        return "[secret]"


def test_no_secret_is_in_a_message(judge):
    for change in (
        {"sourceAddressPrefix": Hidden("203.0.113.77")},
        {"sourceAddressPrefix": Hidden("AzureCloud.WestEurope")},
        {"destinationPortRange": Hidden("4711")},
        {"sourceAddressPrefix": Hidden("0.0.0.0/0"), "destinationPortRange": Hidden("4711")},
    ):
        ((_, _, text),) = judge(change)
        assert not any(part in text for part in ("203.0.113", "WestEurope", "4711", "0.0/0")), text


WEB = st.fixed_dictionaries({
    "access": st.sampled_from(["Allow", "Allow", "Deny"]),
    "sourceAddressPrefix": st.sampled_from(
        ["*", "0.0.0.0/1", "128.0.0.0/1", "8.0.0.0/7", "8.0.0.0/8", "9.0.0.0/8", "8.8.8.0/24", "2000::/3", "10.0.0.0/8"]
    ),
    "destinationPortRange": st.sampled_from(["*", "22", "20-25", "443", "0-442"]),
    "protocol": st.sampled_from(["Tcp", "Udp", "*"]),
})  # fmt: skip


def worst(rules):
    order = [None, Verdict.WARN, Verdict.DENY]
    return max(
        (finding.verdict for finding in rule_findings(openings(rules), Accepted())), key=order.index, default=None
    )


@settings(max_examples=200, deadline=None)
@given(st.lists(WEB, min_size=1, max_size=6), st.data())
def test_splitting_a_rule_keeps_the_verdict(declared, data):
    base = {"direction": "Inbound", "destinationAddressPrefix": "*", "sourcePortRange": "*"}
    declared = [{**base, **one, "priority": 100 + 10 * at} for at, one in enumerate(declared)]
    at = data.draw(st.integers(0, len(declared) - 1))
    one = declared[at]
    try:
        pieces = [str(part) for part in ip_network(one["sourceAddressPrefix"]).subnets(data.draw(st.integers(1, 3)))]
    except ValueError:
        pieces = ["10.0.0.0/8", "*"]
    parts = [{**one, "sourceAddressPrefix": piece, "priority": one["priority"] + n} for n, piece in enumerate(pieces)]
    divided = [*declared[:at], *parts, *declared[at + 1 :]]
    data.draw(st.randoms()).shuffle(divided)
    made = [
        [read_rule("urn", f"r{n}", properties) for n, properties in enumerate(rules)] for rules in (declared, divided)
    ]
    assert worst(made[0]) == worst(made[1])


JUNK = (
    st.none()
    | st.booleans()
    | st.floats()
    | st.text(max_size=4)
    | st.lists(st.text(max_size=3) | st.none(), max_size=3)
)
JUNK |= st.dictionaries(st.text(max_size=3), st.none(), max_size=2) | st.just(UNKNOWN)


@settings(max_examples=500, deadline=None)
@given(
    st.sampled_from(["access", "direction", "priority", "protocol", "sourceAddressPrefix", "destinationPortRange"])
    | st.sampled_from(
        ["sourceAddressPrefixes", "destinationAddressPrefix", "sourcePortRange", "sources", "destinations"]
    )
    | st.sampled_from(["sourceApplicationSecurityGroups", "destinationApplicationSecurityGroups"]),
    JUNK,
)
def test_what_is_malformed_never_crashes_and_an_open_rule_does_not_pass_by_it(name, junk):
    open_rule = {"access": "Allow", "direction": "Inbound", "priority": 200, "protocol": "*"}
    open_rule |= {"sourceAddressPrefix": "*", "destinationAddressPrefix": "*", "destinationPortRange": "*"}
    mutated = read_rule("urn", "r", {**open_rule, name: junk})
    assert isinstance(mutated, SecurityRule)
    assert rule_findings(openings([mutated]), Accepted()) != []
