from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nat_egress.exposure.configuration import Configuration, InvalidConfiguration, parse, read
from nat_egress.exposure.exemptions import Exemption
from nat_egress.exposure.options_table import OPTIONS, schema_of
from nat_egress.exposure.policies import POLICIES, Level
from pulumi_policy import PolicyConfigSchema

TODAY = date(2026, 11, 25)
EXEMPTION = {"resource": "relay", "reason": "SMTP of partners", "owner": "netops", "expires": "2027-01-31"}


def said(document):
    with pytest.raises(InvalidConfiguration) as refused:
        read(document, TODAY)
    return [str(problem) for problem in refused.value.problems]


def test_nothing_is_the_defaults():
    assert read({}, TODAY) == Configuration()
    assert Configuration().levels == {name: policy.level for name, policy in POLICIES.items()}


def test_all_of_it():
    configuration = read(
        {
            "all": "advisory",
            "vm-no-public-ip": "mandatory",
            "nsg-no-internet-inbound": {
                "enforcementLevel": "disabled",
                "managementPorts": [22.0, 8443],
                "allowedSources": ["203.0.113.0/24", "AzureFrontDoor.Backend", "198.51.100.1-198.51.100.9", "2a00::1"],
            },
            "egress-nat-only": {
                "excludedSubnets": ["legacy-*"],
                "approvedSubnets": ["/subscriptions/*/subnets/shared"],
                "approvedNextHops": ["10.0.9.4"],
                "hubAndSpoke": True,
                "exemptions": [EXEMPTION],
                "baseline": "known.json",
            },
            "egress-no-route-override": {
                "excludedSubnets": ["legacy-*", "lab"],
                "approvedNextHops": ["virtualnetworkgateway", "10.0.9.4"],
            },
        },
        TODAY,
    )
    assert {name: level for name, level in configuration.levels.items() if level != Level.ADVISORY} == {
        "vm-no-public-ip": Level.MANDATORY,
        "nsg-no-internet-inbound": Level.DISABLED,
    }
    assert configuration.management_ports == (22, 8443)
    assert configuration.allowed_sources == (
        "203.0.113.0/24",
        "AzureFrontDoor.Backend",
        "198.51.100.1-198.51.100.9",
        "2a00::1",
    )
    assert configuration.excluded_subnets == ("legacy-*", "lab")
    assert configuration.approved_subnets == ("/subscriptions/*/subnets/shared",)
    assert configuration.approved_next_hops == ("10.0.9.4", "VirtualNetworkGateway")
    assert configuration.hub_and_spoke is True
    assert configuration.exemptions == (
        Exemption("egress-nat-only", "relay", "SMTP of partners", "netops", date(2027, 1, 31)),
    )
    assert configuration.baselines == {"egress-nat-only": "known.json"}
    assert configuration.accepted.sources == configuration.allowed_sources
    assert 8443 in configuration.accepted.management_ports
    assert 3389 not in configuration.accepted.management_ports


def test_a_level_of_ones_own_comes_before_that_of_all_wherever_it_stands():
    for document in ({"all": "disabled", "nat-has-ip": "mandatory"}, {"nat-has-ip": "mandatory", "all": "disabled"}):
        assert read(document, TODAY).levels["nat-has-ip"] is Level.MANDATORY
        assert read(document, TODAY).levels["vm-no-public-ip"] is Level.DISABLED
    assert read({"all": {"enforcementLevel": "advisory"}}, TODAY).levels["vm-no-public-ip"] is Level.ADVISORY


def test_null_is_nothing_and_an_empty_list_is_one():
    assert read({"nsg-no-internet-inbound": {"managementPorts": None}}, TODAY) == Configuration()
    assert read({"nsg-no-internet-inbound": {"managementPorts": []}}, TODAY).management_ports == ()


@pytest.mark.parametrize(
    ("document", "line"),
    [
        (5, "the configuration is 5: it must be an object by policy. What stands there is of type int."),
        (
            {"vm-no-publicip": "advisory"},
            "vm-no-publicip is given: there is no such policy. Did you mean vm-no-public-ip?",
        ),
        ({"zzz": {}}, "zzz is given: there is no such policy. Known: all, vm-no-public-ip, "),
        ({"all": "warn"}, "all is warn: a level is one of advisory, mandatory, disabled. Use one of these."),
        ({"all": {"enforcementLevel": "x", "baseline": "y"}}, "a level is one of advisory, mandatory, disabled."),
        (
            {"nat-has-ip": "remediate"},
            "nat-has-ip.enforcementLevel is remediate: a level is one of advisory, mandatory, ",
        ),
        ({"nat-has-ip": {"enforcementLevel": 1}}, "nat-has-ip.enforcementLevel is 1: a level is one of advisory, "),
        (
            {"nat-has-ip": ["x"]},
            'nat-has-ip is ["x"]: it must be a level, one of advisory, mandatory, disabled, or an ',
        ),
        ({"nat-has-ip": None}, "nat-has-ip is not set: it must be a level, "),
        (
            {"nat-has-ip": {"allowedSources": []}},
            "nat-has-ip.allowedSources is given: this policy has no such option, nsg-no-internet-inbound has it. ",
        ),
        (
            {"nsg-no-internet-inbound": {"allowedSource": []}},
            "nsg-no-internet-inbound.allowedSource is given: this policy has no such option. Did you mean allowedS",
        ),
        (
            {"vm-no-public-ip": {"excludedSubnets": []}},
            ": this policy has no such option, egress-nat-only and egress-no-route-override have it. ",
        ),
        (
            {"nsg-no-internet-inbound": {"allowedSources": "203.0.113.0/24"}},
            "nsg-no-internet-inbound.allowedSources is 203.0.113.0/24: it must be a list. What stands there is of ty",
        ),
        ({"vm-no-public-ip": {"baseline": 5}}, "vm-no-public-ip.baseline is 5: it must be text that is not empty. "),
        ({"vm-no-public-ip": {"baseline": " "}}, "vm-no-public-ip.baseline is  : it must be text that is not empty. "),
        (
            {"egress-nat-only": {"hubAndSpoke": "yes"}},
            "egress-nat-only.hubAndSpoke is yes: it must be true or false. What stands there is of type str.",
        ),
        (
            {"egress-nat-only": {"hubAndSpoke": True, "approvedNextHops": ["VirtualNetworkGateway"]}},
            "egress-nat-only.hubAndSpoke is true: the spokes leave by the firewall of the hub, and approvedNext",
        ),
    ],
)
def test_mistakes(document, line):
    (only,) = said(document)
    assert line in only


@pytest.mark.parametrize("port", [0, 65_536, 22.5, "22", True, [22], -1, float("nan")])
def test_what_is_no_port(port):
    (line,) = said({"nsg-no-internet-inbound": {"managementPorts": [22, port]}})
    assert line.startswith("nsg-no-internet-inbound.managementPorts[1] is ")
    assert line.endswith(": a port is a whole number from 1 to 65535. Use one of these.")


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ("*", "it is everyone, or too many to be meant by name. Name who may connect; "),
        ("Internet", "it is everyone, "),
        ("0.0.0.0/0", "it is everyone, "),
        ("8.0.0.0/6", "it is everyone, "),
        ("::/0", "it is everyone, "),
        ("203.0.113.7/24", "it has bits set behind its prefix. Did you mean 203.0.113.0/24?"),
        ("2a00::1/32", "it has bits set behind its prefix. Did you mean 2a00::/32?"),
        (
            "203.0.113.0/33",
            "it is no address, prefix such as 203.0.113.0/24, range or service tag. Write it as one of ",
        ),
        ("not a cidr", "it is no address, prefix "),
        ("203.0.113.0/24,198.51.100.0/24", "it holds several sources. Make each an item of the list."),
        ("", "it must be text that is not empty. "),
        (5, "it must be text that is not empty. What stands there is of type int."),
        ({"cidr": "x"}, "it must be text that is not empty. "),
    ],
)
def test_what_is_no_source(source, rule):
    (line,) = said({"nsg-no-internet-inbound": {"allowedSources": [source]}})
    assert line.startswith("nsg-no-internet-inbound.allowedSources[0] is ")
    assert f": {rule}" in line


@pytest.mark.parametrize(
    ("option", "value", "rule"),
    [
        ("approvedNextHops", "10.0.0.0/8", "a next hop is an IP address, or VirtualNetworkGateway. "),
        ("approvedNextHops", "Internet", "a next hop is an IP address, or VirtualNetworkGateway. "),
        ("excludedSubnets", "*", "it is every subnet. Name some; to switch the policy off, "),
        ("excludedSubnets", "", "it must be text that is not empty. "),
        ("approvedSubnets", "shared", "it is no id of a subnet, nor a pattern of one. "),
        ("approvedSubnets", "*", "it is no id of a subnet, nor a pattern of one. "),
    ],
)
def test_what_is_no_value_of_an_option(option, value, rule):
    (line,) = said({"egress-nat-only": {option: [value]}})
    assert line.startswith(f"egress-nat-only.{option}[0] is ")
    assert f": {rule}" in line


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"expires": "31.1.2027"}, "expires is 31.1.2027: a date is written as in 2027-01-31. Write the last day "),
        ({"expires": "2027-02-30"}, "expires is 2027-02-30: a date is written as in 2027-01-31. "),
        ({"expires": "20270131"}, "expires is 20270131: a date is written as in 2027-01-31. "),
        ({"expires": "2027-11-27"}, "expires is 2027-11-27: an exemption lasts 366 days at most, from today "),
        ({"reason": ""}, "reason is \"\": it must be text that is not empty. Write why, in a sentence for those "),
        ({"owner": None}, "owner is not set: it must be text that is not empty. Write who answers for it."),
        ({"resource": "*"}, "resource is *: it is every resource. Name one, by its URN or its name; "),
        ({"resource": "urn:pulumi:dev::shop::*::*"}, ": it is every resource. "),
        ({"until": "x"}, "until is given: an exemption has no such key. Known: resource, reason, owner, expires."),
    ],
)  # fmt: skip
def test_mistakes_in_an_exemption(changes, line):
    (only,) = said({"vm-no-public-ip": {"exemptions": [{**EXEMPTION, **changes}]}})
    assert only.startswith("vm-no-public-ip.exemptions[0].")
    assert line in only


def test_what_is_no_exemption():
    (line,) = said({"vm-no-public-ip": {"exemptions": ["relay"]}})
    assert line == (
        "vm-no-public-ip.exemptions[0] is relay: it must be an object with the keys resource, reason, owner, expires. "
        "What stands there is of type str."
    )


def test_an_exemption_lasts_at_most_a_year_and_may_have_ended():
    for expires in ("2027-11-26", "2020-01-01"):
        document = {"vm-no-public-ip": {"exemptions": [{**EXEMPTION, "expires": expires}]}}
        assert read(document, TODAY).exemptions[0].expires.isoformat() == expires


def test_an_exemption_stands_there_once_for_each_policy():
    twice = {"exemptions": [EXEMPTION, {**EXEMPTION, "reason": "Another"}]}
    (line,) = said({"vm-no-public-ip": twice})
    assert line == "vm-no-public-ip.exemptions[1].resource is relay: it stands there twice. Remove one."
    other = {"vm-no-public-ip": {"exemptions": [EXEMPTION]}, "nat-has-ip": {"exemptions": [EXEMPTION]}}
    assert len(read(other, TODAY).exemptions) == 2


def test_all_mistakes_at_once():
    with pytest.raises(InvalidConfiguration) as refused:
        parse(
            json.dumps(
                {
                    "all": "warn",
                    "no-such": {},
                    "nsg-no-internet-inbound": {"managementPorts": [0], "allowedSources": ["*"], "typo": 1},
                    "nat-has-ip": {"exemptions": [{**EXEMPTION, "expires": "soon"}, 5]},
                }
            ),
            TODAY,
        )
    lines = str(refused.value).splitlines()
    assert lines[0] == "The configuration of the policies has 7 problems:"
    assert len(lines) == 8


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "{",
            "the file is no JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1). Correct",
        ),
        ("# x", "the file is no JSON: "),
        ('{"all": "advisory", "all": "disabled"}', "all is given twice: a key stands once. Keep one of the two."),
        ('{"nat-has-ip": {"baseline": "a", "baseline": "b"}}', "baseline is given twice: a key stands once. "),
    ],
)
def test_what_is_no_configuration_file(text, line):
    with pytest.raises(InvalidConfiguration) as refused:
        parse(text, TODAY)
    assert line in str(refused.value)


def test_a_file_is_read_as_its_values_are():
    document = {"all": "advisory", "vm-no-public-ip": {"exemptions": [EXEMPTION]}}
    assert parse(json.dumps(document), TODAY) == read(document, TODAY)


@pytest.mark.parametrize("policy", POLICIES)
def test_each_policy_has_a_schema_that_the_sdk_takes(policy):
    schema = PolicyConfigSchema(schema_of(policy))
    assert {"exemptions", "baseline"} <= schema.properties.keys()
    assert all("description" in fragment for fragment in schema.properties.values())


def test_the_schemas_name_the_options_of_their_policies():
    assert schema_of("nsg-no-internet-inbound")["managementPorts"] == {
        "type": "array",
        "items": {"type": "integer", "minimum": 1, "maximum": 65535},
        "description": OPTIONS["managementPorts"].description,
        "default": [22, 3389, 5985, 5986],
    }
    assert "managementPorts" not in schema_of("vm-no-public-ip")
    assert schema_of("no-such") == {}
    assert all(policy in POLICIES for option in OPTIONS.values() for policy in option.policies)


def test_the_defaults_of_the_schemas_are_those_of_the_configuration():
    document = {
        policy: {name: fragment["default"] for name, fragment in schema_of(policy).items() if "default" in fragment}
        for policy in POLICIES
    }
    assert read(document, TODAY) == Configuration()


PLAIN = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.sampled_from(["*", "::/0", "%"])
)
KEYS = st.sampled_from([*OPTIONS, "exemptions", "baseline", "enforcementLevel", *EXEMPTION]) | st.text(max_size=4)
JUNK = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=500)
@given(st.dictionaries(st.sampled_from(["all", *POLICIES]) | st.text(max_size=4), JUNK, max_size=3) | JUNK)
def test_whatever_stands_there_is_read_or_refused(document):
    try:
        configuration = read(document, TODAY)
    except InvalidConfiguration:
        return
    assert set(configuration.levels) == set(POLICIES)
    assert not {"*", "::/0"} & set(configuration.allowed_sources)
