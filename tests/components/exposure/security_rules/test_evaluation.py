"""The sets that rules let in, against single packets that are tried rule by rule."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from ipaddress import ip_address, ip_network
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nat_egress.exposure.security_rules import SecurityRule, admin_openings, openings
from nat_egress.exposure.security_rules.addresses import number_of
from nat_egress.exposure.security_rules.intervals import Intervals

address_of, network_of = cache(ip_address), cache(ip_network)
number_in = cache(lambda text: number_of(ip_address(text)))

UNKNOWN = object()
NEVER = "10.9.9.9/32"
"""A source that no packet of these tests has."""
PRIVATE = ["10.0.0.0/8", "VirtualNetwork", "azureloadbalancer", "GatewayManager"]
SOURCES = {
    "*": lambda address: True,
    "ANY": lambda address: True,
    "internet": lambda address: True,
    "0.0.0.0/1": lambda address: address in network_of("0.0.0.0/1"),
    "128.0.0.0/1": lambda address: address in network_of("128.0.0.0/1"),
    "20.0.0.0/8": lambda address: address in network_of("20.0.0.0/8"),
    "20.1.2.0 - 20.1.2.255": lambda address: address in network_of("20.1.2.0/24"),
    "20.1.2.3": lambda address: address == address_of("20.1.2.3"),
    "::/0": lambda address: address.version == 6,
    "2A00::/12": lambda address: address in network_of("2a00::/12"),
    NEVER: lambda address: False,
    **dict.fromkeys(PRIVATE, lambda address: False),
}
PORTS = {
    "*": range(65536),
    "0-65535": range(65536),
    "22": range(22, 23),
    "20-25": range(20, 26),
    "443": range(443, 444),
    "80 - 443": range(80, 444),
}
PROTOCOLS = {
    "*": {"Tcp", "Udp", "Icmp"},
    "any": {"Tcp", "Udp", "Icmp"},
    "TCP": {"Tcp"},
    "udp": {"Udp"},
    "Icmp": {"Icmp"},
}
DESTINATIONS = {
    "*": lambda address: True,
    "virtualnetwork": lambda address: True,
    "10.0.0.0/8": lambda address: address in network_of("10.0.0.0/8"),
    "10.0.1.4": lambda address: address == address_of("10.0.1.4"),
    "10.0.2.0/24": lambda address: address in network_of("10.0.2.0/24"),
}


@dataclass(frozen=True)
class Packet:
    source: str
    port: int
    protocol: str
    destination: str = "10.0.1.4"
    source_port: int = 40_000

    def is_in(self, traffic):
        return (
            self.protocol in traffic.protocols
            and self.port in traffic.ports
            and number_in(self.source) in traffic.sources
            and number_in(self.destination) in traffic.destinations
            and self.source_port in traffic.source_ports
        )


PACKETS = [
    Packet(*parts)
    for parts in product(
        ("20.1.2.3", "20.200.0.1", "129.0.0.1", "2a00::1", "2600::1"),
        (22, 25, 100, 443, 9000),
        ("Tcp", "Udp", "Icmp"),
        ("10.0.1.4", "10.0.2.9"),
        (53, 40_000),
    )
]


def some_of(table, unknown=True):
    words = st.sampled_from([*list(table) * 3, UNKNOWN] if unknown else list(table))
    return st.lists(words, min_size=1, max_size=2).map(tuple)


def one_of(*values):
    return st.sampled_from([*values * 6, UNKNOWN])


RULES = st.lists(
    st.builds(
        SecurityRule,
        urn=st.just("urn"),
        name=st.just("rule"),
        access=one_of("Allow", "allow", "DENY"),
        direction=one_of("Inbound", "INBOUND", "inbound", "outbound"),
        priority=st.just(0),
        protocol=one_of(*PROTOCOLS),
        sources=some_of(SOURCES),
        source_ports=st.sampled_from([("*",), ("*",), ("53",), ("1024-65535",)]),
        destinations=some_of(DESTINATIONS),
        destination_ports=some_of(PORTS),
    ),
    min_size=1,
    max_size=5,
)


def numbered(rules, unknown_priority):
    """Give rules their priorities; the last of them has none that is known, where one is asked for."""
    numbered = [replace(rule, name=f"r{at}", priority=100 + 10 * at) for at, rule in enumerate(rules)]
    return [*numbered[:-1], replace(numbered[-1], priority=UNKNOWN)] if unknown_priority else numbered


def worlds(rule, among):
    """Return all that a rule may turn out to be, as far as packets of these tests can tell."""
    fields = {
        "access": ("Allow", "Deny"),
        "direction": ("Inbound", "Outbound"),
        "priority": tuple(95 + 10 * at for at in range(among + 1)),
        "protocol": ("*", "Esp"),
    }
    lists = {"sources": ("*", NEVER), "destination_ports": ("*", "1"), "destinations": ("*", "10.9.9.9")}
    choices = {name: found for name, found in fields.items() if getattr(rule, name) is UNKNOWN}
    choices |= {name: found for name, found in lists.items() if UNKNOWN in getattr(rule, name)}
    for chosen in product(*choices.values()):
        known = dict(zip(choices, chosen, strict=True))
        for name in lists:
            if name in known:
                known[name] = tuple(known[name] if one is UNKNOWN else one for one in getattr(rule, name))
        yield replace(rule, **known)


def matches(rule, packet):
    source, destination = address_of(packet.source), address_of(packet.destination)
    return (
        rule.direction.lower() == "inbound"
        and packet.protocol in PROTOCOLS.get(rule.protocol, ())
        and any(SOURCES[one](source) for one in rule.sources)
        and any(packet.port in PORTS.get(one, ()) for one in rule.destination_ports)
        and any(one in DESTINATIONS and DESTINATIONS[one](destination) for one in rule.destinations)
        and (packet.source_port == 53)
        in {("53",): {True}, ("1024-65535",): {False}}.get(rule.source_ports, {True, False})
    )


def let_in(rules, packet):
    """Try the rules by priority, and then Azure's own, which let in nobody from the internet."""
    for rule in sorted(rules, key=lambda rule: rule.priority):
        if matches(rule, packet):
            return rule.access.lower() == "allow"
    return False


def one_at_a_time(rules, packet):
    """Tell whether a packet is let in in every world, and in some: rules are unknown independently of each other."""
    outcomes = {let_in(world, packet) for world in product(*(list(worlds(rule, len(rules))) for rule in rules))}
    return outcomes == {True}, True in outcomes


def of_sets(found, packet):
    return (
        any(packet.is_in(part) for opening in found for part in opening.sure),
        any(packet.is_in(part) for opening in found for part in opening.maybe),
    )


def few_unknown(rules):
    count = sum(len(list(worlds(rule, len(rules)))) > 1 for rule in rules)
    total = 1
    for rule in rules:
        total *= len(list(worlds(rule, len(rules))))
    return count <= 3 and total <= 64


@settings(max_examples=300, deadline=None)
@given(RULES, st.booleans(), st.lists(st.sampled_from(PACKETS), min_size=8, max_size=8))
def test_each_packet_is_let_in_just_when_the_first_rule_that_matches_allows_it(rules, unknown_priority, packets):
    rules = numbered(rules, unknown_priority)
    if few_unknown(rules):
        found = openings(rules)
        for packet in packets:
            assert of_sets(found, packet) == one_at_a_time(rules, packet), packet


KNOWN = st.lists(
    st.builds(
        SecurityRule,
        urn=st.just("urn"),
        name=st.just("rule"),
        access=st.sampled_from(["Allow", "Deny"]),
        direction=st.just("Inbound"),
        priority=st.just(0),
        protocol=st.sampled_from(list(PROTOCOLS)),
        sources=some_of([*SOURCES, "0.0.0.0/0", "AzureCloud", "Storage.WestEurope"], unknown=False),
        destinations=some_of(DESTINATIONS, unknown=False),
        destination_ports=some_of(PORTS, unknown=False),
    ),
    min_size=1,
    max_size=6,
)


def united(rules):
    found = openings(rules)
    return [
        [any(packet.is_in(part) for opening in found for part in parts(opening)) for packet in PACKETS]
        for parts in (
            lambda opening: opening.sure,
            lambda opening: opening.maybe,
            lambda opening: [part for traffic in opening.by_tag.values() for part in traffic],
        )
    ]


def halves(rule):
    """Divide each source of a rule that is one prefix in two, and where there is none its ports."""
    firsts, seconds = [], []
    for source in rule.sources:
        try:
            first, second = ip_network(source).subnets()
        except ValueError:
            first = second = source
        firsts.append(str(first))
        seconds.append(str(second))
    if firsts != seconds:
        return replace(rule, sources=tuple(firsts)), replace(rule, sources=tuple(seconds))
    if rule.destination_ports == ("*",):
        return replace(rule, destination_ports=("0-100",)), replace(rule, destination_ports=("101-65535",))
    return replace(rule, sources=rule.sources[:1]), rule


@settings(max_examples=150, deadline=None)
@given(KNOWN, st.data())
def test_a_rule_in_halves_lets_in_the_same(rules, data):
    rules = [
        rule if "0.0.0.0/0" not in rule.sources else replace(rule, sources=("0.0.0.0/1", "128.0.0.0/1"))
        for rule in rules
    ]
    rules = numbered(rules, unknown_priority=False)
    at = data.draw(st.integers(0, len(rules) - 1))
    first, second = halves(rules[at])
    divided = [*rules[:at], first, replace(second, priority=second.priority + 1), *rules[at + 1 :]]
    assert united(divided) == united(rules)


@settings(max_examples=150, deadline=None)
@given(KNOWN, st.randoms())
def test_the_order_in_which_rules_are_declared_and_letter_case_mean_nothing(rules, random):
    rules = numbered(rules, unknown_priority=False)

    def shout(texts):
        return tuple(random.choice([text.upper(), text.lower(), text]) for text in texts)

    other = [
        replace(
            rule,
            access=shout([rule.access])[0],
            direction=shout([rule.direction])[0],
            protocol=shout([rule.protocol])[0],
            sources=shout(reversed(rule.sources)),
            destinations=shout(rule.destinations),
        )
        for rule in rules
    ]
    random.shuffle(other)
    assert united(other) == united(rules)


@settings(max_examples=150, deadline=None)
@given(
    KNOWN, st.sampled_from(["access", "direction", "priority", "protocol", "sources", "destination_ports"]), st.data()
)
def test_what_becomes_unknown_is_still_let_in_perhaps_and_surely_only_if_it_was(rules, name, data):
    rules = numbered(rules, unknown_priority=False)
    at = data.draw(st.integers(0, len(rules) - 1))
    unknown = (UNKNOWN,) if isinstance(getattr(rules[at], name), tuple) else UNKNOWN
    vague = [*rules[:at], replace(rules[at], **{name: unknown}), *rules[at + 1 :]]
    (sure, maybe, _), (vague_sure, vague_maybe, _) = united(rules), united(vague)
    assert all(now or not before for before, now in zip(maybe, vague_maybe, strict=True))
    assert all(before or not now for before, now in zip(sure, vague_sure, strict=True))


def rule(name="r", access="Allow", priority=200, sources=("*",), ports=("*",), **fields):
    fields = {"direction": "Inbound", "urn": "urn", **fields}
    return SecurityRule(name=name, access=access, priority=priority, sources=sources, destination_ports=ports, **fields)


def names(found, parts="maybe"):
    return [opening.rule.name for opening in found if getattr(opening, parts)]


DENY_ALL = rule("deny", "Deny", 100)


@pytest.mark.parametrize(
    "unknown",
    [
        {"sources": (UNKNOWN,)},
        {"ports": (UNKNOWN,)},
        {"access": UNKNOWN},
        {"protocol": UNKNOWN},
        {"direction": UNKNOWN},
    ],
)
def test_what_is_unknown_behind_a_deny_of_everything_is_nothing(unknown):
    assert openings([DENY_ALL, rule(**unknown)]) == []
    assert names(openings([rule(**unknown)])) == ["r"]


def test_an_unknown_priority_may_come_before_a_deny():
    assert names(openings([DENY_ALL, rule(priority=UNKNOWN)])) == ["r"]
    assert names(openings([replace(DENY_ALL, priority=UNKNOWN), rule()]), "sure") == []


def test_a_rule_of_which_it_is_not_known_what_it_does_may_let_in_or_stop():
    found = openings([rule("vague", UNKNOWN, 100), rule()])
    assert (names(found), names(found, "sure")) == (["vague", "r"], [])


def test_of_two_rules_of_one_priority_either_may_come_first():
    for rules in ([DENY_ALL, rule(priority=100)], [rule(priority=100), DENY_ALL]):
        assert (names(openings(rules)), names(openings(rules), "sure")) == (["r"], [])


@pytest.mark.parametrize("priority", ["200", 200.0, " 200 "])
def test_a_priority_however_it_is_written(priority):
    assert openings([DENY_ALL, rule(priority=priority)]) == []
    assert names(openings([replace(DENY_ALL, priority=300), rule(priority=priority)]), "sure") == ["r"]


def test_sources_that_are_the_networks_own_let_nobody_in():
    assert (
        openings([rule(sources=("VirtualNetwork", "AzureLoadBalancer", "GatewayManager", "10.0.0.0/8", "fd00::/8"))])
        == []
    )
    assert openings([rule(sources=(), source_groups=("/asg/a",))]) == []
    assert openings([rule(direction="Outbound")]) == []


def test_a_service_tag_is_stopped_by_itself_its_base_and_all_addresses():
    allow = rule(sources=("AzureCloud.WestEurope",))
    for sources in (("*",), ("Internet",), ("azurecloud",), ("AZURECLOUD.westeurope",), ("::/0", "0.0.0.0/0")):
        assert openings([rule("deny", "Deny", 100, sources), allow]) == [], sources
    for sources in (("AzureCloud.NorthEurope",), ("Storage",), ("20.0.0.0/8",), ("0.0.0.0/1", "128.0.0.0/1")):
        (opening,) = openings([rule("deny", "Deny", 100, sources), allow])
        assert (list(opening.by_tag), opening.sure, opening.maybe) == (["AzureCloud.WestEurope"], (), ())


def test_a_deny_by_service_tag_leaves_the_rest_of_the_internet_open():
    assert names(openings([rule("deny", "Deny", 100, ("AzureCloud",)), rule()]), "sure") == ["r"]


def test_application_security_groups_are_some_machines():
    group = {"destinations": (), "destination_groups": ("/asg/Web",)}
    deny = replace(DENY_ALL, destinations=(), destination_groups=("/ASG/web", "/asg/db"))
    assert names(openings([rule(**group)]), "sure") == ["r"]
    assert openings([deny, rule(**group)]) == []
    assert openings([DENY_ALL, rule(**group)]) == []
    assert names(openings([deny, rule()]), "sure") == ["r"]
    assert names(openings([deny, rule(destinations=("10.0.0.4",), destination_groups=("/asg/web",))]), "sure") == ["r"]
    both = {"destinations": (), "destination_groups": ("/asg/web", "/asg/api")}
    assert names(openings([deny, rule(**both)]), "sure") == ["r"]
    other = replace(DENY_ALL, destinations=(), destination_groups=("/asg/db", UNKNOWN))
    assert names(openings([other, rule(**group)]), "sure") == ["r"]


def test_a_deny_for_all_addresses_of_the_machines_is_for_all_of_them():
    deny = replace(DENY_ALL, destinations=("10.0.1.0/24",))
    assert names(openings([deny, rule()]), "sure") == ["r"]
    subnet = Intervals(((number_of(ip_address("10.0.1.0")), number_of(ip_address("10.0.1.255"))),))
    assert openings([deny, rule()], machines=subnet) == []


def test_a_deny_cant_hide_an_allow_by_what_matches_nothing():
    for nothing in (
        {"sources": ("0.0.0.0/32",)},
        {"sources": ("no!prefix",)},
        {"destinations": ("Storage",)},
        {"destinations": (), "destination_groups": ("/asg/empty",)},
        {"source_ports": ("53",)},
        {"direction": "Outbound"},
    ):
        assert names(openings([replace(DENY_ALL, **nothing), rule()]), "sure") == ["r"], nothing


def test_rules_of_network_manager():
    always = rule("always", "AlwaysAllow", 10)
    assert names(admin_openings([always]), "sure") == ["always"]
    assert admin_openings([rule("left", "Allow", 10)]) == []
    assert admin_openings([rule("deny", "Deny", 5), always]) == []
    assert admin_openings([rule("left", "Allow", 5), always]) == []
    assert names(admin_openings([rule("deny", "Deny", 20), always]), "sure") == ["always"]
    assert names(admin_openings([replace(always, access=UNKNOWN)])) == ["always"]


def test_what_azures_own_rules_leave_is_nothing():
    assert openings([]) == []
    own = [
        rule("AllowVnetInBound", "Allow", 65000, ("VirtualNetwork",), destinations=("VirtualNetwork",)),
        rule("AllowAzureLoadBalancerInBound", "Allow", 65001, ("AzureLoadBalancer",)),
        rule("DenyAllInBound", "Deny", 65500),
    ]
    assert openings(own) == []
    assert names(openings([*own, rule()]), "sure") == ["r"]
