"""A stack whose gateway has its size from its traffic: growth, what is refused, and the thresholds that follow."""

import pytest

from tests.program.test_alerts import EMAILS, NETWORK, threshold
from tests.program.test_settings import load, refusal


def stack(rate_per_s, **more):
    """One hot destination: an address for each 975 connections a second, all of them open for 0.2 s."""
    hot = {
        "destination": {"host": "api.example", "port": 443},
        "source": {"machines": 400},
        "connections": {"ratePerS": rate_per_s, "lifeS": 0.2},
    }
    return {"network": NETWORK, "egress": {}, "capacity": {"end": {"fin": 1}, "destinations": {"hot": hot}}} | more


def test_the_gateway_grows_with_its_traffic_and_never_shrinks_by_itself(either_engine):
    project = either_engine
    project.settings("sandbox", stack(1_500, alerts={"emails": EMAILS}))
    project.up()
    before = project.outputs()["addresses"]
    assert len(before) == 2
    assert threshold(project, "total-connections") == 80_000
    assert threshold(project, "sustained-failures") == 1_500 * 60 * 15 // 100
    assert project.steps() == set()

    grown = stack(5_200, alerts={"emails": EMAILS})
    project.settings("sandbox", grown)
    assert project.steps() == {
        ("create", "PublicIPPrefix", "egress-range-2"),
        ("create", "PublicIPPrefix", "egress-range-3"),
        ("update", "NatGateway", "egress"),
        ("update", "NatEgress", "egress"),
        ("update", "MetricAlert", "alerts-total-connections"),
        ("update", "MetricAlert", "alerts-sustained-failures"),
    }
    project.up()
    addresses = project.outputs()["addresses"]
    assert addresses[:2] == before
    assert len(addresses) == 8
    assert threshold(project, "total-connections") == 320_000
    found = project.outputs()["capacity"]
    assert (found["addressesNeeded"], found["addressesDeployed"], found["enough"]) == (6, 8, True)

    asked = len(project.cloud().requests())
    project.settings("sandbox", stack(1_500, alerts={"emails": EMAILS}))
    for verb, *arguments in (("preview",), ("up", "--yes", "--skip-preview")):
        said = project.refused(verb, *arguments)
        assert "a gateway never shrinks by itself, and prefixes['range-2'], prefixes['range-3'] would go" in said
        assert "Set sizing.min_addresses to 8" in said
    assert len(project.cloud().requests()) == asked
    assert project.outputs()["addresses"] == addresses

    project.settings("sandbox", stack(1_500, egress={"sizing": {"minAddresses": 8}}, alerts={"emails": EMAILS}))
    project.up()
    assert project.outputs()["addresses"] == addresses

    project.settings("sandbox", stack(1_500, egress={"sizing": {"release": True}}, alerts={"emails": EMAILS}))
    project.up()
    assert project.outputs()["addresses"] == before


def test_a_prefix_becomes_one_of_the_size_and_stays(project):
    given = {"prefixes": {"partners": {"length": 30}}, "protectAddresses": True}
    project.settings("sandbox", {"network": NETWORK, "egress": given})
    project.up()
    before = project.outputs()["addresses"]

    sized = {"sizing": {"name": "partners", "firstPrefixLength": 30}, "protectAddresses": True}
    project.settings("sandbox", stack(1_500, egress=sized))
    assert project.steps() == {("update", "NatEgress", "egress")}
    project.up()
    assert project.outputs()["addresses"] == before


def test_a_size_that_is_too_small_is_refused_or_warned_of(project):
    fixed = {"prefixes": {"one": {"length": 30}}}
    project.settings("sandbox", stack(5_200, egress=fixed))
    said = project.refused("preview")
    assert (
        "private-egress:egress: the sum of prefixes and addresses is 4 addresses: the traffic profile asks for 6"
        in said
    )
    assert "Traceback" not in said

    project.settings("sandbox", stack(5_200, egress=fixed | {"undersized": "warn"}))
    done = project.up()
    assert "The gateway is too small, with 4 addresses: the traffic profile asks for 6" in done.said
    assert project.outputs()["capacity"]["enough"] is False


def profile_at(path, rate):
    path.write_text(
        "end: { fin: 1 }\ndestinations:\n  hot:\n    destination: { host: h, port: 443 }\n"
        f"    source: {{ machines: 400 }}\n    connections: {{ rate_per_s: {rate}, life_s: 0.2 }}\n"
    )
    return str(path)


def test_the_profile_may_be_a_file(tmp_path):
    settings = load(capacity=profile_at(tmp_path / "p.yaml", 1_500), alerts={"emails": EMAILS})
    args = settings.alerts_args("rg", "id")
    assert (args["address_count"], args["busiest_share"], args["attempts_per_minute"]) == (2, 1, 90_000)


def test_what_the_stack_file_says_of_the_alerts_goes_before_the_profile(tmp_path):
    said = {"emails": EMAILS, "busiestShare": 0.5, "attemptsPerMinute": 7}
    args = load(capacity=profile_at(tmp_path / "p.yaml", 1_500), alerts=said).alerts_args("rg", "id")
    assert (args["busiest_share"], args["attempts_per_minute"]) == (0.5, 7)


@pytest.mark.parametrize("rate", ["-1", "many", ".nan", ".inf"])
def test_a_wrong_profile_is_told_with_file_and_line(tmp_path, rate):
    path = profile_at(tmp_path / "my_own.profile.yaml", rate)
    (line,) = refusal(capacity=path).splitlines()[1:]
    assert line.startswith(f"  - private-egress:capacity: {path}:6: destinations.hot.connections.rate_per_s is ")


def test_a_wrong_profile_in_the_stack_file_is_told_in_its_words():
    wrong = stack(-1, egress={"idleTimeoutMinutes": 3, "sizing": {"minAddresses": 0}})
    message = refusal(**wrong)
    assert "  - private-egress:capacity.destinations.hot.connections.ratePerS is -1: " in message
    assert "  - private-egress:egress.idleTimeoutMinutes is 3: " in message
    assert "  - private-egress:egress.sizing.minAddresses is 0: " in message
    assert message.count("\n") == 3


def test_a_wrong_path_is_told():
    (line,) = refusal(capacity="stacks/nope.yaml").splitlines()[1:]
    assert line.startswith("  - private-egress:capacity: stacks/nope.yaml is given: no such file or directory")
