"""The official CLI and the embedded engine make the same of the same programs, with the same provider."""

import json
import shutil
from dataclasses import replace

import pytest
from nat_egress.state.model import Snapshot
from nat_egress.state.values import Secret

from tests.sandbox.engine.comparison import differences, of_embedded, of_official
from tests.sandbox.engine.operations import run
from tests.sandbox.engine.random_programs import Operation

pytestmark = [
    pytest.mark.cli,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="pulumi CLI not on PATH"),
]

FIRST = """
a = Thing("a", {"size": 1, "word": pulumi.Output.secret("hush")})
b = Thing("b", {"of": a.computed, "force": 1}, ResourceOptions(depends_on=[a]))
g = Group("g", {"x": 1}, ResourceOptions(protect=False))
c = Thing("c", {"list": [b.id, {"deep": b.computed}]}, ResourceOptions(parent=g, ignore_changes=["size"]))
d = Thing("d", {"force": 1, "dbr": True})
e = Thing("e", {"force": d.computed, "tag": "own"})
west = Provider("west", {"account": "one"})
f = Thing("f", {"x": 1}, ResourceOptions(provider=west, custom_timeouts=pulumi.CustomTimeouts(create="5m")))
g.register_outputs({"c": c.id})
pulumi.export("id", b.id)
pulumi.export("word", a.word if hasattr(a, "word") else None)
"""
CHANGES = {
    "nothing": FIRST,
    "update": FIRST.replace('"size": 1', '"size": 2'),
    "replace": FIRST.replace('"of": a.computed, "force": 1', '"of": a.computed, "force": 2'),
    "delete first": FIRST.replace('{"force": 1, "dbr"', '{"force": 2, "dbr"'),
    "provider": FIRST.replace('"account": "one"', '"account": "two"'),
    "rename": FIRST.replace(
        'Group("g", {"x": 1}, ResourceOptions(',
        'Group("h", {"x": 2}, ResourceOptions(aliases=[pulumi.Alias(name="g")], ',
    ),
    "delete": 'Thing("z")',
    "transforms": """
def mark(args):
    if args.type_ == "scripted:index:Thing":
        return pulumi.ResourceTransformResult({**args.props, "mark": 1}, args.opts)
z = Thing("z")
Thing("y", {"of": z.computed}, ResourceOptions(transforms=[mark]))
g = Group("g", opts=ResourceOptions(transforms=[mark]))
Thing("x", {"of": z.computed}, ResourceOptions(parent=g))
""",
}


def theirs(row, ids):
    keys = ("urn", "type", "custom", "inputs", "outputs", "parent", "protect", "external", "delete")
    found = {key: row[key] for key in keys if row.get(key)}
    found["id"] = ids.get(row.get("id", ""), row.get("id", ""))
    found["provider"] = ids.get(row.get("provider", "").rsplit("::", 1)[-1], "")
    found["dependencies"] = sorted(row.get("dependencies", ()))
    found["propertyDependencies"] = {k: sorted(v) for k, v in (row.get("propertyDependencies") or {}).items() if v}
    timeouts = row.get("customTimeouts") or {}
    found["customTimeouts"] = {k: v for k, v in timeouts.items() if v}
    found["ignoreChanges"] = row.get("ignoreChanges") or []
    return found


def plain(value):
    if isinstance(value, Secret):
        return {
            "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
            "plaintext": json.dumps(plain(value.value), separators=(",", ":")),
        }
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def ours(row, ids):
    found = {
        "urn": row.urn,
        "type": row.type,
        "custom": row.custom,
        "inputs": plain(row.inputs),
        "outputs": plain(row.outputs),
        "parent": row.parent,
        "protect": row.protect,
        "external": row.external,
        "delete": row.delete,
    }
    return {
        **{key: value for key, value in found.items() if value},
        "id": ids.get(row.id, row.id),
        "provider": ids.get(row.provider.rsplit("::", 1)[-1], ""),
        "dependencies": sorted(row.dependencies),
        "propertyDependencies": {k: sorted(v) for k, v in row.property_dependencies.items() if v},
        "customTimeouts": {k: v for k, v in row.custom_timeouts.items() if v},
        "ignoreChanges": row.ignore_changes,
    }


def same_state(stack, cli):
    exported = cli.rows()
    their_ids = {row["id"]: row["urn"] for row in exported if row["type"].startswith("pulumi:providers:")}
    our_ids = {row.id: row.urn for row in stack.snapshot.resources if row.type.startswith("pulumi:providers:")}
    key = lambda row: (row["urn"], row["id"])  # noqa: E731
    mine = sorted((ours(row, our_ids) for row in stack.snapshot.resources), key=key)
    official = sorted((theirs(row, their_ids) for row in exported), key=key)
    assert mine == official


def same_steps(ran, official):
    mine = [(e.step.op, e.step.urn) for e in ran.events if type(e).__name__ == "StepStarted"]
    assert sorted(mine) == sorted(official)


@pytest.mark.parametrize("changes", [list(CHANGES)[:4], list(CHANGES)[4:]], ids=["changes", "moves"])
def test_the_same_previews_steps_and_state(stack, cli, changes):
    for program in (FIRST, *map(CHANGES.get, changes)):
        stack.write(program)
        same_previews(stack.preview(), cli.preview())
        same_steps(stack.up(), cli.up())
        same_state(stack, cli)


def same_previews(ran, official):
    mine = {}
    for event in ran.events:
        if type(event).__name__ == "StepStarted":
            step = event.step
            mine[step.op, step.urn] = {
                "replaceReasons": sorted(step.replace_keys),
                "diffReasons": sorted(step.diffs),
                "detailedDiff": {path: item["diffKind"] for path, item in step.detailed_diff.items()},
            }
    their = {
        (step["op"], step["urn"]): {
            "replaceReasons": sorted(step.get("replaceReasons") or ()),
            "diffReasons": sorted(step.get("diffReasons") or ()),
            "detailedDiff": {path: item["kind"] for path, item in (step.get("detailedDiff") or {}).items()},
        }
        for step in official
    }
    assert mine == their


@pytest.mark.parametrize("how", [("--preview-only",), ("--yes", "--skip-preview")], ids=["preview", "destroy"])
def test_the_same_refusal_to_delete_what_is_protected(stack, cli, how):
    stack.write('a = Thing("a", {}, ResourceOptions(protect=True)); Thing("b", {"of": a.id}); Thing("c")')
    stack.up()
    cli.up()
    ran = stack.destroy(look_only="--preview-only" in how)
    said = cli("destroy", *how, "--stack", "dev", check=False)
    refusal = next(message for message in ran.errors if "protected" in message)
    assert refusal.splitlines()[0] in said
    same_state(stack, cli)


FAILURES = {
    "a creation": 'Thing("b", {"create": "fail"})',
    "a check": 'Thing("b", {"bad": "too large"})',
    "a name": 'Thing("b"); Thing("b")',
    "an exception": 'Thing("b")\nraise ValueError("late")',
    "an error of the program's own": 'Thing("b")\nraise pulumi.RunError("set the region")',
    "an exit": "import sys\nsys.exit(3)",
}


@pytest.mark.parametrize("failure", FAILURES)
def test_the_same_errors_are_told_of_what_fails(stack, cli, failure):
    stack.write(FAILURES[failure])
    for mine, kind in ((stack.preview(), "preview"), (stack.up(), "up")):
        done, events, calls = cli.run(Operation(kind))
        official = of_official(done, events, calls, Snapshot(), preview=kind == "preview")
        ours = of_embedded(mine, Snapshot(), preview=kind == "preview")
        assert (ours.errors, ours.succeeded) == (official.errors, official.succeeded)
    assert not ours.succeeded


HOOKED = """
def guard(args):
    pass
hook = pulumi.ResourceHook("guard", guard)
Thing("a", {}, ResourceOptions(hooks=pulumi.ResourceHookBinding(before_delete=[hook])))
"""


def test_the_same_refusal_to_destroy_what_has_hooks_before_it_is_refreshed(stack, cli):
    stack.write(HOOKED)
    stack.up()
    cli.up()
    operation = Operation("destroy", drift={"a": {"inputs": {"size": 2}}}, refresh=True)
    for look_only in (True, False):
        asked = replace(operation, look_only=look_only)
        mine = of_embedded(run(stack, asked, serial=False), stack.snapshot, preview=look_only)
        official = of_official(*cli.run(asked), cli.snapshot(), preview=look_only)
        assert differences(mine, official) == {}
        assert mine.calls == []


DRIFT = {
    "nothing": {},
    "changes": {
        "a": {"inputs": {"size": 2, "word": "loud"}, "outputs": {"size": 2, "word": "loud", "computed": "anew"}},
        "b": {"silent": True, "outputs": {"computed": "anew"}},
        "c": {"inputs": {"list": ["x"], "size": 3}, "outputs": {"list": ["x"]}},
        "d": {"unwell": ["it limps"], "outputs": {"computed": "half"}},
        "e": {"inputs": {"tag": None}, "outputs": {"tag": None}, "id": "other"},
        "q": {"inputs": {"size": 2}, "outputs": {"size": 2}},
    },
    "gone": {"a": None, "d": None},
    "failure": {"b": {"fail": "no answer"}, "c": None, "e": {"inputs": {"tag": "found"}}},
}
REFRESHED = (
    FIRST
    + """
q = Thing("q", {"quiet": True, "size": 1, "color": "red"}, ResourceOptions(ignore_changes=["color"]))
i = Thing("i", {"of": d.computed}, ResourceOptions(parent=d, depends_on=[a, b]))
j = Thing("j", {"of": i.id}, ResourceOptions(parent=i, deleted_with=a))
"""
)


@pytest.mark.parametrize("drift", DRIFT)
def test_the_same_found_by_a_refresh(stack, cli, drift):
    stack.write(REFRESHED)
    stack.up()
    cli.up()
    ran = stack.refresh(DRIFT[drift])
    cli.environment["SCRIPTED_CLOUD"] = stack.environment["SCRIPTED_CLOUD"]
    official = cli.refresh(check=drift != "failure")
    assert ran.result.succeeded == (drift != "failure")
    same_findings(ran, official)
    same_state(stack, cli)
    # What the next update does about it.
    stack.environment.pop("SCRIPTED_CLOUD")
    same_steps(stack.up(), cli.up())
    same_state(stack, cli)


def same_findings(ran, official):
    mine = {}
    for event in ran.events:
        if type(event).__name__ == "StepSucceeded":
            step = event.step
            detailed = {path: item["diffKind"] for path, item in step.detailed_diff.items()}
            mine[step.urn] = (step.op, step.replace_keys, sorted(step.diffs), detailed)
    their = {}
    for event in official:
        found = event["resOutputsEvent"]["metadata"]
        if "default_1" not in found["urn"]:
            detailed = {path: item["diffKind"] for path, item in (found.get("detailedDiff") or {}).items()}
            their[found["urn"]] = (
                found["op"],
                tuple(found.get("keys") or ()),
                sorted(found.get("diffs") or ()),
                detailed,
            )
            assert "logical" not in found
    assert mine == their
