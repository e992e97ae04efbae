"""Profiles are read whole or refused whole: file, line, field, value, rule, and what to do, all at once."""

from __future__ import annotations

import pytest
import yaml
from nat_egress.capacity.profile import (
    Burst,
    Connections,
    Destination,
    End,
    Endpoint,
    Pool,
    Profile,
    Requests,
    Restart,
    Retry,
    Source,
    Traffic,
)
from nat_egress.capacity.reading import InvalidProfile, parse_profile, profile_of, read_profile

WHOLE = """\
sku: Standard
idle_timeout_minutes: 10
growth: 1.5
target: 1e-5
end: {fin: 0.9, rst: 0.05, abandoned: 0.05}
traffic: {outbound_gbps: 2, return_gbps: 4, packets_per_s: 100000, processed_gb_per_month: 5000}
zone_shares: {1: 0.4, 2: 0.6}
destinations:
  payments:
    destination: {host: api.example.com, port: 443, protocol: tcp, addresses: 4, busiest_share: 0.4}
    source: {machines: 12, processes_per_machine: 2, source_port_range: {first: 1024, last: 65535}}
    connections: {rate_per_s: 300, life_s: 2}
    burst: {size_mean: 2, size_square_mean: 5}
    retry: {attempts: 3, backoff_s: 0.5, connect_timeout_s: 3}
    growth: 2
  search:
    destination: {host: search.example.com, port: 443}
    source: {machines: 12}
    requests: {rate_per_s: 900, per_connection: 30, spacing_s: 0.5}
    end: {rst: 1}
    target: 0.001
  database:
    destination: {host: db.example.com, port: 5432}
    source: {machines: 12}
    pool: {max_per_process: 20, max_age_s: 1800}
    restart: {share: 0.5, within_s: 60, end: fin}
  nightly:
    destination: {host: files.example.com, port: 22}
    source: {machines: 1}
    connections: {rate_per_minute_series: [0, 600, 0], life_s: 30}
"""

SMALL = """\
end: {fin: 1}
destinations:
  api:
    destination: {host: api.example.com, port: 443}
    source: {machines: 2}
    connections: {rate_per_s: 5, life_s: 1}
"""


def refused(text):
    with pytest.raises(InvalidProfile) as error:
        parse_profile(text, "p.yaml")
    return [str(problem) for problem in error.value.problems]


def test_a_whole_profile():
    source = Source(12, 1, (32_768, 60_999))
    end = End(0.9, 0.05, 0.05)
    assert parse_profile(WHOLE) == Profile(
        (
            Destination(
                "payments",
                Endpoint("api.example.com", 443, "tcp", 4, 0.4),
                Source(12, 2, (1_024, 65_535)),
                Connections(2, 300),
                end,
                Burst(2, 5),
                None,
                Retry(3, 0.5, 3),
                2,
                1e-5,
            ),
            Destination(
                "search",
                Endpoint("search.example.com", 443, "tcp", 1, 1),
                source,
                Requests(900, 30, 0.5),
                End(0, 1, 0),
                growth=1.5,
                target=0.001,
            ),
            Destination(
                "database",
                Endpoint("db.example.com", 5_432, "tcp", 1, 1),
                source,
                Pool(20, 1_800),
                end,
                restart=Restart(0.5, 60, "fin"),
                growth=1.5,
                target=1e-5,
            ),
            Destination(
                "nightly",
                Endpoint("files.example.com", 22, "tcp", 1, 1),
                Source(1, 1, (32_768, 60_999)),
                Connections(30, None, (0, 600, 0)),
                end,
                growth=1.5,
                target=1e-5,
            ),
        ),
        "Standard",
        10,
        Traffic(2, 4, 100_000, 5_000),
        (("1", 0.4), ("2", 0.6)),
    )


def test_a_mapping_reads_as_the_file_does():
    values = yaml.safe_load(WHOLE)
    values["target"] = 1e-5  # YAML 1.1 takes 1e-5 for text
    assert profile_of(values) == parse_profile(WHOLE)


def test_a_file_is_read(tmp_path):
    path = tmp_path / "p.yaml"
    path.write_text(SMALL)
    assert read_profile(path) == parse_profile(SMALL)


def test_defaults():
    (api,) = parse_profile(SMALL).destinations
    assert (api.growth, api.target, api.burst, api.restart) == (1, 1e-6, None, None)
    assert api.retry == Retry(1, 0, 30)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        # left out
        ("end: {fin: 1}\n", "", "p.yaml:2: destinations.api.end is not set: it is required. Add end there."),
        ("port: 443", "protocol: tcp", "p.yaml:4: destinations.api.destination.port is not set: it is required."),
        ("host: api.example.com, ", "", "destinations.api.destination.host is not set: it is required"),
        ("    source: {machines: 2}\n", "", "p.yaml:3: destinations.api.source is not set: it is required"),
        ("machines: 2", "processes_per_machine: 2", "source.machines is not set: it is required"),
        (", life_s: 1", "", "p.yaml:6: destinations.api.connections.life_s is not set: it is required"),
        ("rate_per_s: 5, ", "", "connections.rate_per_s is not set: it is required"),
        ("    connections: {rate_per_s: 5, life_s: 1}\n", "", "exactly one of connections, requests, pool"),
        ("machines: 2", "machines: ", "p.yaml:5: destinations.api.source.machines is not set: it is required"),
        # keys
        ("life_s", "life_ms", "p.yaml:6: destinations.api.connections.life_ms is given: there is no such key. Did you"),
        ("end: {fin: 1}", "end: {fin: 1}\nxyz: 1", "p.yaml:2: xyz is given: there is no such key. Known here: dest"),
        ("port: 443", "port: 443, port: 444", "p.yaml:4: destinations.api.destination.port is given twice"),
        # types and units
        (
            "rate_per_s: 5",
            "rate_per_s: 5/s",
            "rate_per_s is 5/s: it must be a number of more than 0 and at most 1,000,",
        ),
        ("rate_per_s: 5", "rate_per_s: '5'", "What stands there is text. The unit is in the name"),
        ("life_s: 1", "life_s: 200ms", "p.yaml:6: destinations.api.connections.life_s is 200ms: it must be a number"),
        ("life_s: 1", "life_s: true", "What stands there is a truth value"),
        ("life_s: 1", "life_s: [1]", "What stands there is a list"),
        ("machines: 2", "machines: 2.5", "source.machines is 2.5: it must be a whole number. Round it up."),
        ("machines: 2", "machines: 0", "source.machines is 0: it must be a number of at least 1"),
        ("{machines: 2}", "2", "p.yaml:5: destinations.api.source is 2: it must be a mapping with the keys machines"),
        ("host: api.example.com", "host: 7", "destination.host is 7: it must be text that is not empty"),
        ("443", "443, protocol: icmp", "destination.protocol is icmp: it must be one of tcp, udp"),
        ("443", "70000", "port is 70000: it must be a number of at least 1 and at most 65,535. Check the unit"),
        # numbers that are none
        ("rate_per_s: 5", "rate_per_s: .nan", "rate_per_s is nan: it must be a number of more than 0"),
        ("rate_per_s: 5", "rate_per_s: nan", "rate_per_s is nan: it must be a number of more than 0"),
        ("rate_per_s: 5", "rate_per_s: .inf", "rate_per_s is inf: it must be a number"),
        ("rate_per_s: 5", "rate_per_s: -.inf", "rate_per_s is -inf: it must be a number"),
        ("rate_per_s: 5", "rate_per_s: 1e999", "rate_per_s is inf: it must be a number"),
        ("rate_per_s: 5", f"rate_per_s: 1{'0' * 500}", "it must be a number"),
        ("rate_per_s: 5", "rate_per_s: -5", "rate_per_s is -5: it must be a number of more than 0"),
        ("rate_per_s: 5", "rate_per_s: 1e-300", "rate_per_s is 1e-300: it must be a number of more than 0"),
        ("rate_per_s: 5", "rate_per_s: 0", "rate_per_s is 0: it must be a number of more than 0"),
        (
            "rate_per_s: 5",
            "rate_per_minute_series: [1, -2]",
            "p.yaml:6: destinations.api.connections.rate_per_minute_series[1] is -2",
        ),
        ("rate_per_s: 5", "rate_per_minute_series: [1, .nan]", "rate_per_minute_series[1] is nan: it must be a list"),
        ("rate_per_s: 5", "rate_per_minute_series: [1e-300]", "rate_per_minute_series[0] is 1e-300: it must be a list"),
        ("rate_per_s: 5", "rate_per_minute_series: [0, 0]", "at least one of them above 0"),
        ("rate_per_s: 5", "rate_per_minute_series: []", "at least one of them above 0"),
        ("rate_per_s: 5", "rate_per_minute_series: 5", "What stands there is a number"),
        ("rate_per_s: 5", f"rate_per_minute_series: {[1] * 1441}", "at most the 1,440 minutes of a day, not 1,441"),
        # shares
        (
            "fin: 1",
            "fin: 0.5, rst: 0.4",
            'p.yaml:1: end is {"fin": 0.5, "rst": 0.4}: the shares of fin, rst, abandoned add up to 1, not to 0.9',
        ),
        ("fin: 1", "fin: 1.5", "end.fin is 1.5: it must be a number of at least 0 and at most 1"),
        ("443", "443, addresses: 4", "destination.busiest_share is not set: it is required"),
        ("443", "443, addresses: 4, busiest_share: 0.2", "the busiest of 4 addresses gets at least 0.25"),
        ("443", "443, busiest_share: 0.2", "a host with one address has all its connections there"),
        ("end: {fin: 1}", "end: {fin: 1}\nzone_shares: {1: 0.5, 2: 0.4}", "p.yaml:2: zone_shares"),
        (
            "end: {fin: 1}",
            "end: {fin: 1}\nzone_shares: {1: 0.5, 4: 0.5}",
            "p.yaml:2: zone_shares.4 is given: there is no",
        ),
        # contradictions
        ("rate_per_s: 5", "rate_per_s: 5, rate_per_minute_series: [1]", "the rate is given a second time"),
        ("    connections", "    pool: {max_per_process: 3}\n    connections", "and connections is given too"),
        ("end: {fin: 1}", "end: {rst: 1}", None),
        ("443", "443, protocol: udp", None),
        ("fin: 1}", "rst: 1}\n#", None),
        (
            "{machines: 2}",
            "{machines: 2, source_port_range: {first: 9, last: 8}}",
            "the last port is not before the first, 9",
        ),
        (
            "life_s: 1}",
            "life_s: 1}\n    burst: {size_mean: 4, size_square_mean: 8}",
            "at least the square of the mean, 16",
        ),
        (
            "life_s: 1}",
            "life_s: 1}\n    restart: {share: 1, within_s: 9, end: kill}",
            "restart.end is kill: it must be one of",
        ),
        ("life_s: 1}", "life_s: 1}\n    restart: {share: 1.1, within_s: 9, end: fin}", "restart.share is 1.1"),
        (
            "life_s: 1}",
            "life_s: 1}\n    retry: {attempts: 0, backoff_s: 1, connect_timeout_s: 1}",
            "retry.attempts is 0",
        ),
        ("life_s: 1}", "life_s: 1}\n    growth: 0", "p.yaml:7: destinations.api.growth is 0"),
        ("life_s: 1}", "life_s: 1}\n    target: 1", "p.yaml:7: destinations.api.target is 1"),
        (
            "end: {fin: 1}",
            "end: {fin: 1}\nidle_timeout_minutes: 3",
            "idle_timeout_minutes is 3: it must be a number of at least 4",
        ),
        (
            "end: {fin: 1}",
            "end: {fin: 1}\nsku: Basic",
            "p.yaml:2: sku is Basic: it must be one of Standard, StandardV2",
        ),
        (
            "end: {fin: 1}",
            "end: {fin: 1}\nsku: StandardV2\nzone_shares: {1: 1}",
            "a StandardV2 gateway is zone-redundant",
        ),
        ("rate_per_s: 5, life_s: 1", "rate_per_s: 1e9, life_s: 2000000", "the traffic comes to some 2e+15 ports"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(before, after, said):
    assert before in SMALL
    text = SMALL.replace(before, after)
    if said is None:
        assert parse_profile(text)
        return
    problems = refused(text)
    assert said in problems[0]
    assert len(problems) == 1 or "Did you mean" in problems[0]


def test_udp_has_no_reset():
    (problem,) = refused(SMALL.replace("443", "443, protocol: udp").replace("fin: 1", "rst: 1"))
    assert "UDP has no RST" in problem
    udp = SMALL.replace("443", "443, protocol: udp")
    (problem,) = refused(udp + "    restart: {share: 1, within_s: 9, end: rst}\n")
    assert "p.yaml:7: destinations.api.restart" in problem


def test_pools_have_no_bursts():
    text = SMALL.replace("connections: {rate_per_s: 5, life_s: 1}", "pool: {max_per_process: 3}")
    (problem,) = refused(text + "    burst: {size_mean: 4, size_square_mean: 16}\n")
    assert "a pool is opened once and kept" in problem


def test_all_is_said_at_once():
    problems = refused("""\
end: {fin: 2}
destinations:
  a:
    destination: {host: x, port: 0}
    source: {machines: -1}
    connections: {rate_per_s: NaN, life_s: 1}
  b: 7
  c:
    destination: []
""")
    assert [problem.split(" is ")[0] for problem in problems] == [
        "p.yaml:1: end.fin",
        "p.yaml:4: destinations.a.destination.port",
        "p.yaml:6: destinations.a.connections.rate_per_s",
        "p.yaml:5: destinations.a.source.machines",
        "p.yaml:7: destinations.b",
        "p.yaml:9: destinations.c.destination",
        "p.yaml:8: destinations.c.connections",
        "p.yaml:8: destinations.c.source",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "p.yaml is empty: a profile has destinations"),
        ("a: [1", "p.yaml:2 is no YAML"),
        ("a: 1\nb: : 2", "p.yaml:2 is no YAML"),
        ("a: \x00", "is no YAML"),
        ("[1, 2]", "p.yaml:1: the profile is [1, 2]: it must be a mapping with the keys destinations"),
        ("x", "p.yaml:1: the profile is x: it must be a mapping"),
        ("end: {fin: 1}", "p.yaml:1: destinations is not set: it is required"),
        ("destinations: {}", "it must be a mapping of names to settings, at least one"),
        ("[" * 100_000, "p.yaml:1 is given: it is nested 32 levels deep"),
        ("{a: " * 50_000, "p.yaml:1 is given: it is nested 32 levels deep"),
        ("- " * 20_000, "nested 32 levels deep"),
        ("destinations: &a {b: *a}", "p.yaml:1: destinations.b is an alias: it contains itself"),
    ],
)
def test_what_is_no_profile(text, said):
    assert said in refused(text)[0]


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(InvalidProfile, match="no such file"):
        read_profile(tmp_path / "none.yaml")
    with pytest.raises(InvalidProfile, match="is a directory"):
        read_profile(tmp_path)
    (tmp_path / "binary").write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(InvalidProfile, match="no UTF-8"):
        read_profile(tmp_path / "binary")


def test_a_mapping_names_the_setting():
    with pytest.raises(InvalidProfile) as error:
        profile_of({"destinations": {"api": {"destination": {"host": "h", "port": "x"}}}}, "capacity")
    assert "capacity.destinations.api.destination.port is x: it must be a number" in str(error.value)


def test_aliases_may_be_used():
    text = SMALL.replace("end: {fin: 1}", "end: &e {fin: 1}") + "    end: *e\n"
    assert parse_profile(text) == parse_profile(SMALL)
