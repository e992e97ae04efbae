from __future__ import annotations

from datetime import date, timedelta

import pytest
from nat_egress.inbound import (
    InboundException,
    InboundSpec,
    inbound_problems,
    read_inbound,
    source_groups,
    unknown_source,
)
from nat_egress.reading import Arguments

TODAY = date(2026, 11, 25)
GOOD = {"reason": "SMTP relay of partners", "expires": "2027-01-31", "ports": [443], "sources": ["203.0.113.0/24"]}


class Shape:
    inbound: InboundException


def read(value):
    problems = []
    spec = read_inbound(Arguments({"inbound": value}, Shape, problems))
    return spec, [str(problem) for problem in problems]


def lines(today=TODAY, **changes):
    spec, problems = read({**GOOD, **changes})
    return [*problems, *(str(problem) for problem in inbound_problems(spec, today))]


def test_is_read_whole():
    assert read(None) == (None, [])
    spec, problems = read(GOOD)
    assert problems == []
    assert spec == InboundSpec(GOOD["reason"], "2027-01-31", (443,), ("203.0.113.0/24",), "Tcp")
    assert spec.tags == {
        "nat-egress-inbound-reason": "SMTP relay of partners",
        "nat-egress-inbound-expires": "2027-01-31",
    }
    assert read({**GOOD, "protocol": "Udp"})[0].protocol == "Udp"


@pytest.mark.parametrize("missing", GOOD)
def test_all_that_justifies_an_exception_is_required(missing):
    for value in ({key: value for key, value in GOOD.items() if key != missing}, {**GOOD, missing: None}):
        _, (line,) = read(value)
        assert line.startswith(f"inbound.{missing} is not set: it is required. ")


def test_nothing_in_it_is_four_problems():
    _, said = read({})
    assert [line.partition(" is ")[0] for line in sorted(said)] == [f"inbound.{key}" for key in sorted(GOOD)]


@pytest.mark.parametrize("value", [True, "443", ["reason"], 7])
def test_what_is_no_mapping_is_one_problem(value):
    _, (line,) = read(value)
    assert "it must be a mapping with the keys reason, expires, ports, sources, protocol" in line


def test_an_unknown_key_gets_a_hint():
    (line,) = lines(port=443)
    assert line == "inbound.port is given: there is no such argument. Did you mean ports?"


def test_the_last_day_is_the_whole_of_it():
    assert lines(expires=TODAY.isoformat()) == []
    (line,) = lines(expires=(TODAY - timedelta(days=1)).isoformat())
    assert line == (
        "inbound.expires is 2026-11-24: the exception has ended, today is 2026-11-25. Remove inbound, and the machines "
        "stay without public addresses; or have it approved anew."
    )


def test_an_exception_lasts_a_year_at_most():
    assert lines(expires=(TODAY + timedelta(days=366)).isoformat()) == []
    (line,) = lines(expires=(TODAY + timedelta(days=367)).isoformat())
    assert line == (
        "inbound.expires is 2027-11-27: an exception lasts 366 days at most, from today until 2027-11-26. Choose an "
        "earlier day, and renew it then."
    )


def test_a_year_with_a_leap_day_is_within_a_year():
    assert lines(today=date(2028, 2, 29), expires="2028-02-29") == []
    assert lines(today=date(2027, 3, 1), expires="2028-03-01") == []
    assert lines(today=date(2028, 2, 28), expires="2028-02-29") == []


@pytest.mark.parametrize(
    "expires",
    ["20270131", "2027-1-31", "31.01.2027", "2027-01-31T00:00", "2027-02-29", "2027-W04-7", "2027-13-01", "never", " "],
)
def test_a_day_is_written_in_one_way(expires):
    (line,) = lines(expires=expires)
    assert line == f"inbound.expires is {expires}: a date is written as in 2027-01-31. Write the last day so."


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("x", None),
        ("x" * 256, None),
        ("x" * 257, "a tag holds 256 characters; this has 257. Say it shorter, and name a ticket for the rest."),
        ("  ", "it says nothing. Say in a sentence why."),
        ("", "must be text that is not empty"),
        (7, "must be text that is not empty"),
    ],
)
def test_reasons(reason, expected):
    said = lines(reason=reason)
    assert (said == []) if expected is None else (len(said) == 1 and expected in said[0])
    assert all(line.startswith("inbound.reason is ") for line in said)


@pytest.mark.parametrize(
    ("ports", "expected"),
    [
        ([1, 80, 443, 65_535], []),
        ([443.0], []),
        ([0], ["inbound.ports is 0: a port is a number from 1 to 65535. Use one of these."]),
        ([65_536], ["inbound.ports is 65536: a port is a number from 1 to 65535. Use one of these."]),
        ([-1], ["inbound.ports is -1: a port"]),
        ([22], ["inbound.ports is 22: it is the port of SSH, and administrators come through Bastion. Remove it"]),
        ([3389], ["inbound.ports is 3389: it is the port of RDP"]),
        ([5985, 5986], ["it is the port of WinRM", "it is the port of WinRM"]),
        ([21, 23, 3388, 3390, 5984, 5987], []),
        ([443, 80, 443], ["inbound.ports is 443: it stands there twice. Remove one."]),
        ("443", ["must be a list of whole numbers"]),
        (443, ["must be a list of whole numbers"]),
        (["443"], ["inbound.ports is 443: it must hold only whole numbers. What stands there is of type str."]),
        ([443, "8080-8090"], ["must hold only whole numbers"]),
        ([True], ["must hold only whole numbers"]),
        ([None], ["must hold only whole numbers"]),
    ],
)
def test_ports(ports, expected):
    said = lines(ports=ports)
    assert len(said) == len(expected)
    for line, part in zip(said, expected, strict=True):
        assert part in line


@pytest.mark.parametrize("protocol", ["Tcp", "Udp"])
def test_protocols(protocol):
    assert lines(protocol=protocol) == []


@pytest.mark.parametrize("protocol", ["tcp", "TCP", "Icmp", "*", "Any"])
def test_other_protocols(protocol):
    (line,) = lines(protocol=protocol)
    assert line == f"inbound.protocol is {protocol}: an exception is for one of Tcp, Udp. Use one of these."


EVERYONE = "everyone, and any range wider than a /8, is written as Internet"
UNKNOWN = "it is neither an IPv4 range nor a service tag"
PRIVATE = "it is a private range, which no connection from the internet comes from"


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (["203.0.113.0/24", "198.51.100.7", "198.51.100.8/32"], None),
        (["Internet"], None),
        (["internet"], None),
        (["INTERNET"], None),
        (["AzureFrontDoor.Backend", "Storage", "AzureCloud.westeurope"], None),
        (["4.0.0.0/8"], None),
        (["172.15.0.0/16", "172.32.0.0/16", "9.0.0.0/8", "11.0.0.0/8", "192.167.0.0/16", "192.169.0.0/16"], None),
        (["*"], EVERYONE),
        (["any"], EVERYONE),
        (["Any"], EVERYONE),
        (["ANY"], EVERYONE),
        (["0.0.0.0/0"], EVERYONE),
        (["4.0.0.0/7"], EVERYONE),
        (["0.0.0.0/1"], EVERYONE),
        (["Internet", "203.0.113.0/24"], "Internet covers the others. Keep it, or better the others."),
        (["203.0.113.0/24", "INTERNET"], "Internet covers the others"),
        (["10.0.0.0/8"], PRIVATE),
        (["10.1.2.3"], PRIVATE),
        (["172.16.0.0/12"], PRIVATE),
        (["172.31.255.255"], PRIVATE),
        (["192.168.0.0/24"], PRIVATE),
        (["203.0.113.7/24"], "it has bits set after its first 24"),
        (["::/0"], UNKNOWN),
        (["2001:db8::1"], UNKNOWN),
        (["203.0.113.0/33"], UNKNOWN),
        (["203.0.113"], UNKNOWN),
        (["203.0.113.1-203.0.113.9"], UNKNOWN),
        (["Azure Front Door"], UNKNOWN),
        (["AzureFrontDoor."], UNKNOWN),
        (["example.org/"], UNKNOWN),
        ("203.0.113.0/24", "must be a list of texts"),
        ([7], "must hold only texts that are not empty"),
        ([""], "must hold only texts that are not empty"),
    ],
)
def test_sources(sources, expected):
    said = lines(sources=sources)
    assert (said == []) if expected is None else (len(said) == 1 and expected in said[0]), said
    assert all(line.startswith("inbound.sources is ") for line in said)


def test_both_halves_of_the_internet_are_refused_each():
    said = lines(sources=["0.0.0.0/1", "128.0.0.0/1"])
    assert [line.partition(":")[0] for line in said] == [
        "inbound.sources is 0.0.0.0/1",
        "inbound.sources is 128.0.0.0/1",
    ]
    assert all("or Internet for everyone." in line for line in said)


def test_everything_wrong_is_said_at_once():
    spec, _ = read({"reason": " ", "expires": "soon", "ports": [0], "sources": ["*"], "protocol": "Icmp"})
    assert len(inbound_problems(spec, TODAY)) == 5


@pytest.mark.parametrize(
    ("sources", "groups"),
    [
        ([], []),
        (["203.0.113.0/24"], [("203.0.113.0/24",)]),
        (["203.0.113.0/24", "198.51.100.7"], [("203.0.113.0/24", "198.51.100.7")]),
        (["Internet"], [("Internet",)]),
        (["Storage", "203.0.113.0/24", "Sql"], [("203.0.113.0/24",), ("Storage",), ("Sql",)]),
    ],
)
def test_ranges_share_a_rule_and_service_tags_have_one_each(sources, groups):
    assert source_groups(sources) == groups


@pytest.mark.parametrize(
    ("source", "known"), [("Internet", True), ("10.0.0.0/8", True), ("10.0.0.4", True), ("*", False), ("a-b", False)]
)
def test_what_a_security_rule_takes(source, known):
    assert (list(unknown_source("sources", source)) == []) is known


@pytest.mark.parametrize("key", ["ports", "sources"])
def test_a_list_of_nothing_is_not_given(key):
    for nothing in ([], ()):
        (line,) = lines(**{key: nothing})
        assert line.startswith(f"inbound.{key} is not set: it is required. ")


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (["203.0.113.0/25", "203.0.113.128/25"], []),
        (["203.0.113.0/24", "203.0.113.7"], ["is 203.0.113.7: 203.0.113.0/24 covers it, and Azure takes no ranges"]),
        (["203.0.113.7", "203.0.113.0/24"], ["is 203.0.113.7: 203.0.113.0/24 covers it"]),
        (["203.0.113.7/32", "203.0.113.7"], ["covers it"]),
        (["203.0.113.7", "203.0.113.7"], ["is 203.0.113.7: it stands there twice. Remove one."]),
        (["Storage", "Sql", "storage"], ["is storage: it stands there twice. Remove one."]),
    ],
)
def test_sources_do_not_overlap(sources, expected):
    said = lines(sources=sources)
    assert len(said) == len(expected), said
    for line, part in zip(said, expected, strict=True):
        assert line.startswith("inbound.sources ")
        assert part in line


@pytest.mark.parametrize("source", ["0.0.0.0", "0.0.0.0/32", "0.0.0.0/8"])  # noqa: S104 - a source of packets
def test_the_address_of_nobody_is_that_of_everyone(source):
    (line,) = lines(sources=[source])
    assert EVERYONE in line


@pytest.mark.parametrize("source", ["203.0.113.0/255.255.255.0", "203.0.113.0/0.0.0.255", "any"])
def test_what_no_security_rule_takes(source):
    assert list(unknown_source("sources", source))


def test_a_range_with_bits_after_its_length_is_told_what_it_should_be():
    (problem,) = unknown_source("sources", "203.0.113.7/24")
    assert problem.remedy == "Did you mean 203.0.113.0/24?"
