"""Policy packs in processes of their own."""

import json
import shutil
import sys

import pytest
from azure_sandbox.engine import display_json
from azure_sandbox.engine.events import Diagnostic, PolicyLoad, PolicyRemediation, PolicySummary
from azure_sandbox.engine.pack_names import pack_name
from azure_sandbox.engine.request import PolicyPack

from tests.sandbox.engine.conftest import short
from tests.sandbox.engine.random_programs import Operation

PACK = """
from pulumi_policy import *
def sizes(args, report):
    if args.resource_type == "scripted:index:Thing" and args.props.get("size", 0) > args.get_config()["most"]:
        report(f"{args.name} is too large: {args.props['size']:g}")
def stack_rule(args, report):
    if not any(r.props.get("computed") for r in args.resources if r.resource_type == "scripted:index:Thing"):
        report("nothing was computed")
def repair(args):
    if args.resource_type == "scripted:index:Thing" and "colour" not in args.props:
        return {**args.props, "colour": "grey"}
PolicyPack("limits", enforcement_level=EnforcementLevel.MANDATORY, policies=[
    ResourceValidationPolicy("sizes", "No resource is too large.", sizes,
        config_schema=PolicyConfigSchema(properties={"most": {"type": "integer", "default": 3, "minimum": 1}})),
    StackValidationPolicy(
        "computed", "Something is computed.", stack_rule, enforcement_level=EnforcementLevel.ADVISORY),
    REPAIR
])
"""
REPAIR = (
    'ResourceValidationPolicy("repair", "Coloured.", remediate=repair, enforcement_level=EnforcementLevel.REMEDIATE),'
)


@pytest.fixture
def pack(tmp_path, stack):
    root = tmp_path / "pack"
    root.mkdir()
    (root / "PulumiPolicy.yaml").write_text(
        "runtime:\n  name: python\n  options:\n    virtualenv: venv\nversion: 1.2.3\n"
    )
    (root / "__main__.py").write_text(PACK.replace("REPAIR", ""))
    (root / "venv" / "bin").mkdir(parents=True)
    python = root / "venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    stack.policy_packs = (PolicyPack(root),)
    return root


def test_a_mandatory_policy_fails_a_preview_at_its_end(stack, pack):
    ran = stack.preview('Thing("a", {"size": 9}); Thing("b", {"size": 8}); Thing("c", {"size": 1})')
    assert not ran.result.succeeded
    found = sorted(line for v in ran.violations for line in v.message.splitlines() if "too large:" in line)
    assert found == ["a is too large: 9", "b is too large: 8"]
    assert ran.errors == ["preview failed"]
    assert [op for op, _ in ran.steps] == ["create"] * 3
    assert ran.events[-1].policy_packs == {pack_name("limits", pack): "1.2.3"}


def test_a_mandatory_policy_stops_the_resource_of_an_update(stack, pack):
    ran = stack.up('Thing("a", {"size": 9})')
    assert not ran.result.succeeded
    assert ran.did("Create") == []
    assert ran.violations[0].enforcement_level == "mandatory"
    assert ran.violations[0].urn.endswith("::a")


SLOW = """
import pathlib, time
from pulumi_policy import *
def slow(args, report):
    if args.name == "a":
        until = time.monotonic() + 10
        while not pathlib.Path("gone-on").exists() and time.monotonic() < until:
            time.sleep(0.01)
    if args.resource_type == "scripted:index:Thing":
        report(f"{args.name}: {'gone on' if pathlib.Path('gone-on').exists() else 'waited for'}")
PolicyPack("slow", policies=[ResourceValidationPolicy("slow", "Takes its time.", slow)])
"""


def test_a_preview_does_not_wait_for_what_packs_say_and_shows_them_one_resource_after_the_other(stack, pack):
    (pack / "__main__.py").write_text(SLOW)
    file = repr(str(pack / "gone-on"))
    ran = stack.preview(f'Thing("a").urn.apply(lambda _: (open({file}, "w"), Thing("b")))')
    assert ran.result.succeeded, ran.errors
    assert [v.message.splitlines()[-1] for v in ran.violations] == ["a: gone on", "b: gone on"]


def test_an_update_waits_for_what_packs_say(stack, pack):
    (pack / "__main__.py").write_text(SLOW.replace("+ 10", "+ 1"))
    file = repr(str(pack / "gone-on"))
    ran = stack.up(f'Thing("a").urn.apply(lambda _: (open({file}, "w"), Thing("b")))')
    assert ran.result.succeeded, ran.errors
    assert [v.message.splitlines()[-1] for v in ran.violations] == ["a: waited for", "b: gone on"]


STARTING = """
import pathlib, time
from pulumi_policy import *
until = time.monotonic() + 10
while not (begun := pathlib.Path("begun").exists()) and time.monotonic() < until:
    time.sleep(0.01)
def tell(args, report):
    report(f"begun: {begun}")
PolicyPack("starting", policies=[StackValidationPolicy("tell", "Tells when it started.", tell)])
"""


def test_a_pack_starts_while_the_program_does(stack, pack):
    (pack / "__main__.py").write_text(STARTING)
    ran = stack.preview(f'open({str(pack / "begun")!r}, "w")')
    assert [v.message.splitlines()[-1] for v in ran.violations] == ["begun: True"]


BROKEN = """
from pulumi_policy import *
def broken(args, report):
    if args.resource_type == "scripted:index:Thing":
        raise RuntimeError("no idea")
PolicyPack("broken", policies=[ResourceValidationPolicy("broken", "Breaks.", broken)])
"""


@pytest.mark.parametrize("verb", ["preview", "up"])
def test_a_pack_that_fails_on_a_resource_ends_the_update_and_names_it(stack, pack, verb):
    (pack / "__main__.py").write_text(BROKEN)
    ran = getattr(stack, verb)('Thing("a")')
    assert not ran.result.succeeded
    assert ran.errors[0].startswith('failed to run policy pack "broken"')
    assert "no idea" in ran.errors[0]
    assert "Thing::a" in next(e.urn for e in ran.events if isinstance(e, Diagnostic) and e.severity == "error")


def test_an_advisory_policy_is_told_and_stops_nothing(stack, pack):
    ran = stack.up("")
    assert ran.result.succeeded, ran.errors
    [violation] = ran.violations
    assert (violation.policy, violation.enforcement_level) == ("computed", "advisory")
    assert violation.urn.endswith("::p-dev")
    assert stack.up('Thing("a", {"size": 1})').violations == []


def test_a_remediation_changes_what_is_made(stack, pack):
    (pack / "__main__.py").write_text(PACK.replace("REPAIR", REPAIR))
    ran = stack.up('Thing("a", {"size": 1})')
    assert ran.result.succeeded, ran.errors
    assert stack.row("a").inputs["colour"] == "grey"
    assert [op for op, _ in stack.up().steps] == ["same"]


GRAVE = """
from pulumi_policy import *
def sizes(args, report):
    if args.props.get("size", 0) > 3:
        report(f"{args.name} is too large, {args.props['word']}")
def only_large(args, report):
    if "size" not in args.props:
        args.not_applicable("it has no size")
def of_stack(args, report):
    report("so many")
PolicyPack("grave", enforcement_level=EnforcementLevel.MANDATORY, policies=[
    ResourceValidationPolicy("sizes", "No resource is too large.", sizes, severity=Severity.HIGH),
    ResourceValidationPolicy("large", "Large.", only_large, severity=Severity.CRITICAL),
    ResourceValidationPolicy("off", "Off.", only_large, enforcement_level=EnforcementLevel.DISABLED),
    StackValidationPolicy("stack", "A stack.", of_stack, EnforcementLevel.ADVISORY, severity=Severity.LOW),
    ResourceValidationPolicy("shades", "Shaded.", remediate=lambda args: {**args.props, "shade": 1}
        if args.props.get("size") else None, enforcement_level=EnforcementLevel.REMEDIATE),
])
"""
SIZED = 'c = Thing("c", {"size": 1}); Thing("a", {"size": 9, "of": c.id, "word": "loud", "key": "hush"})'
SECRET = 'pulumi.Output.secret("hush")'


def test_a_violation_says_how_severe_it_is_and_no_secret(stack, pack):
    (pack / "__main__.py").write_text(GRAVE)
    found = {each.policy: each for each in stack.preview(SIZED.replace('"loud"', SECRET)).violations}
    assert {name: each.severity for name, each in found.items()} == {"sizes": "high", "stack": "low"}
    assert found["sizes"].message.endswith("a is too large, [secret]")
    assert {each.policy_pack_version for each in found.values()} == {"1.2.3"}


def test_where_a_violation_does_not_say_how_severe_it_is_its_policy_does(stack, pack):
    # As packs in other languages may have it, and older libraries.
    without = "from pulumi_policy import policy\nmade = policy.proto.AnalyzeDiagnostic\n"
    without += 'policy.proto.AnalyzeDiagnostic = lambda **said: made(**{**said, "severity": 0})\n'
    (pack / "__main__.py").write_text(without + GRAVE)
    found = stack.preview(SIZED).violations
    assert {each.policy: each.severity for each in found} == {"sizes": "high", "stack": "low"}


def test_it_is_told_which_policies_hold_and_what_was_remediated(stack, pack):
    (pack / "__main__.py").write_text(GRAVE)
    ran = stack.preview('Thing("c", {"size": 1})')
    assert ran.events[0] == PolicyLoad()
    held = {
        (each.asked, short(each.urn)): (each.passed, each.failed)
        for each in ran.events
        if isinstance(each, PolicySummary) and "default" not in each.urn
    }
    assert held == {
        ("remediate", "p-dev"): (("large", "shades", "sizes"), ()),
        ("analyze", "p-dev"): (("sizes",), ()),
        ("remediate", "c"): (("large", "sizes"), ("shades",)),
        ("analyze", "c"): (("large", "sizes"), ()),
        ("analyze_stack", ""): ((), ("stack",)),
    }
    [remediation] = [each for each in ran.events if isinstance(each, PolicyRemediation)]
    assert (remediation.policy, short(remediation.urn)) == ("shades", "c")
    assert remediation.before == {"size": 1, "tag": "default"}
    assert remediation.after == {**remediation.before, "shade": 1}


@pytest.mark.cli
@pytest.mark.skipif(shutil.which("pulumi") is None, reason="pulumi CLI not on PATH")
@pytest.mark.parametrize("kind", ["preview", "up"])
def test_the_events_of_policies_are_those_of_the_cli(stack, cli, pack, kind):
    (pack / "__main__.py").write_text(GRAVE)
    # What a program says is secret the CLI does not blind in what a policy says.
    stack.write(SIZED.replace('"hush"', SECRET))
    cli.environment["NO_COLOR"] = "1"
    ran = getattr(stack, kind)()
    mine = [display_json.event_document(event, 0, 0) for event in ran.events]
    _, official, _ = cli.run(Operation(kind), pack)

    def packs(events):
        return [event["summaryEvent"]["PolicyPacks"] for event in events if "summaryEvent" in event]

    assert packs(mine) == packs(official) == [{pack_name("grave", pack): "1.2.3"}]

    def of_policies(events):
        kept = [{key: value for key, value in event.items() if key.startswith("policy")} for event in events]
        return sorted(json.dumps(event, sort_keys=True) for event in kept if event)

    assert of_policies(mine) == of_policies(official)
    assert any("policyEvent" in event for event in mine)


def test_a_configuration_file_changes_settings_and_levels(stack, pack):
    config = pack / "config.json"
    config.write_text(json.dumps({"sizes": {"most": 10, "enforcementLevel": "advisory"}}))
    stack.policy_packs = (PolicyPack(pack, config),)
    assert stack.preview('Thing("a", {"size": 9})').result.succeeded
    ran = stack.preview('Thing("a", {"size": 11})')
    assert ran.result.succeeded
    assert "sizes" in [v.policy for v in ran.violations]


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ('{"sizes": {"most": 0}}', "sizes: most: must be at least 1, not 0"),
        ('{"sizes": "strict"}', "'strict' is not a valid enforcement level for 'sizes'"),
        ("{", "is not JSON"),
    ],
)
def test_a_configuration_that_does_not_fit_is_refused(stack, pack, config, words):
    file = pack / "config.json"
    file.write_text(config)
    stack.policy_packs = (PolicyPack(pack, file),)
    ran = stack.preview('Thing("a")')
    assert not ran.result.succeeded
    assert words in ran.errors[0]


def test_a_pack_without_its_virtual_environment_is_refused_before_anything_starts(stack, pack):
    (pack / "venv" / "bin" / "python").unlink()
    ran = stack.preview('print("started")')
    assert not ran.result.succeeded
    assert ran.errors[0].startswith("the virtual environment of the policy pack")
    assert ("info", "started") not in ran.said


def test_a_folder_that_is_no_pack_is_refused(stack, tmp_path):
    stack.policy_packs = (PolicyPack(tmp_path / "nothing"),)
    ran = stack.preview("")
    assert ran.errors[0].startswith("there is no policy pack in")


def test_a_pack_that_does_not_start_is_told_with_its_last_words(stack, pack):
    (pack / "__main__.py").write_text("raise ValueError('no rules')")
    ran = stack.preview('Thing("a")')
    assert not ran.result.succeeded
    assert "did not start" in ran.errors[0]
    assert "no rules" in ran.errors[0]
