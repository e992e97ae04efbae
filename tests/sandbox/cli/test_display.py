from __future__ import annotations

import io

import pytest
from azure_sandbox.engine import display_text
from azure_sandbox.engine.display import TextDisplay
from azure_sandbox.engine.display_rows import Progress, follow
from azure_sandbox.engine.events import (
    Diagnostic,
    PolicyRemediation,
    PolicyViolation,
    Step,
    StepFailed,
    StepStarted,
    StepSucceeded,
    Summary,
)
from nat_egress.state.model import ResourceState
from rich.console import Console

ROOT = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"
COMPONENT = "urn:pulumi:dev::shop::shop:index:Net::all"
SUBNET = "urn:pulumi:dev::shop::shop:index:Net$azure-native:network:Subnet::web"
NETWORK = "urn:pulumi:dev::shop::azure-native:network:VirtualNetwork::net"
GATEWAY = "urn:pulumi:dev::shop::shop:index:Net$azure-native:network:NatGateway::gw"


def state(urn, parent="", **fields):
    return ResourceState(urn, urn.split("::")[2].rpartition("$")[2], parent=parent, **fields)


def step(op, urn, parent="", old=None, new=None, **more):
    old = None if op == "create" else state(urn, parent, **(old or {}))
    new = None if op in {"delete", "delete-replaced"} else state(urn, parent, **(new or {}))
    return Step(op, urn, (new or old).type, old=old, new=new, **more)


def lines(texts):
    return [text.plain.rstrip() for text in texts]


def begun(*steps):
    return [StepStarted(each) for each in steps]


def test_resources_stand_below_their_parents():
    progress = follow(
        begun(
            step("create", ROOT),
            step("create", COMPONENT, ROOT),
            step("create", SUBNET, COMPONENT),
            step("create", GATEWAY, COMPONENT),
            step("create", NETWORK, ROOT),
        )
    )
    assert lines(display_text.tree(progress, preview=True)) == [
        "     Type                                    Name      Plan        Info",
        " +   pulumi:pulumi:Stack                     shop-dev  create",
        " +   ├─ shop:index:Net                       all       create",
        " +   │  ├─ azure-native:network:Subnet       web       create",
        " +   │  └─ azure-native:network:NatGateway   gw        create",
        " +   └─ azure-native:network:VirtualNetwork  net       create",
        "",
    ]


def test_what_does_not_change_is_left_out_but_for_the_way_to_what_does():
    progress = follow(
        begun(
            step("same", ROOT),
            step("same", COMPONENT, ROOT),
            step("same", SUBNET, COMPONENT),
            step("update", GATEWAY, COMPONENT, diffs=("zones",)),
        )
    )
    shown = "\n".join(lines(display_text.tree(progress, preview=True)))
    assert "Subnet" not in shown
    assert [name in shown for name in ("shop-dev", "all", "gw")] == [True] * 3
    assert " ~ " in shown
    assert "[diff: ~zones]" in shown


def test_nothing_to_show_is_nothing():
    assert display_text.tree(follow(begun(step("same", ROOT))), preview=True) == []


def test_the_parts_of_a_replacement_are_one_row_with_its_diff():
    more = {"diffs": ("sku",), "replace_keys": ("sku",)}
    progress = follow(
        begun(
            step("same", ROOT),
            step("create-replacement", GATEWAY, ROOT, **more),
            step("replace", GATEWAY, ROOT, **more),
            step("delete-replaced", GATEWAY, ROOT),
        )
    )
    (row,) = [line for line in lines(display_text.tree(progress, preview=True)) if "gw" in line]
    assert row.startswith(" +- ")
    assert "replace " in row
    assert "[diff: ~sku]" in row


@pytest.mark.parametrize(
    ("old", "new", "more", "summary"),
    [
        ({}, {}, {}, ""),
        ({"inputs": {"a": 1}}, {"inputs": {"a": 2}}, {"diffs": ("a",)}, "~a"),
        ({"inputs": {}}, {"inputs": {"a": 2}}, {"diffs": ("a",)}, "+a"),
        ({"inputs": {"a": 1, "b": 1}}, {"inputs": {"c": 1}}, {"diffs": ("a", "b", "c")}, "+c-a,b"),
        (
            {},
            {},
            {"detailed_diff": {"tags.x": {"diffKind": "add"}, "sku": {"diffKind": "update-replace"}}},
            "~sku,tags",
        ),
        ({"protect": True}, {}, {}, "~protect"),
    ],
)
def test_the_summary_of_a_diff(old, new, more, summary):
    assert display_text.diff_summary(step("update", GATEWAY, old=old, new=new, **more)) == summary


def test_a_failed_step_shows_as_failed_and_is_counted():
    progress = follow([*begun(step("create", GATEWAY)), StepFailed(step("create", GATEWAY))])
    assert "**creating failed**" in lines(display_text.tree(progress, preview=False))[1]
    assert progress.errored == 1


def test_what_an_error_was_said_about_has_failed():
    progress = follow(
        [
            *begun(step("create", ROOT), step("same", SUBNET)),
            StepSucceeded(step("create", ROOT)),
            Diagnostic("error", "the program raised"),
            Diagnostic("error", "not so", SUBNET),
        ]
    )
    said = {urn: display_text.status(progress.rows[urn], preview=False) for urn in (ROOT, SUBNET)}
    assert said == {ROOT: "**creating failed**", SUBNET: "**failed**"}
    assert display_text.status(progress.rows[ROOT], preview=True) == "create"


def test_a_preview_that_fails_says_what_was_planned():
    progress = follow([*begun(step("delete", GATEWAY)), StepFailed(step("delete", GATEWAY))])
    assert display_text.status(progress.rows[GATEWAY], preview=True) == "delete"


@pytest.mark.parametrize(
    ("op", "shown"),
    [
        ("delete", "deleting[retain]"),
        ("delete-replaced", "replacing[retain]"),
        ("update", "updating"),
        ("discard", "discarding"),
    ],
)
def test_what_leaves_the_state_and_stays_in_the_cloud_is_marked(op, shown):
    kept, gone = ({"retain_on_delete": retained} for retained in (True, False))
    progress = follow(begun(step(op, GATEWAY, old=kept), step(op, SUBNET, old=gone)))
    assert display_text.status(progress.rows[GATEWAY], preview=False) == shown
    assert display_text.status(progress.rows[SUBNET], preview=False) == shown.removesuffix("[retain]")


def test_what_is_said_of_no_resource_is_said_of_a_stack_that_does_not_come_up():
    progress = Progress(ROOT)
    for event in (*begun(step("delete", GATEWAY, ROOT)), Diagnostic("error", "update failed")):
        progress.tell(event)
    assert progress.errored == 1
    assert "  pulumi:pulumi:Stack (shop-dev):" in lines(display_text.diagnostics(progress))
    assert "1 error" in lines(display_text.tree(progress, preview=False))[1]


def test_how_long_a_step_took():
    progress = Progress()
    progress.tell(StepStarted(step("create", GATEWAY)), 10.0)
    assert progress.running()
    progress.tell(StepSucceeded(step("create", GATEWAY)), 12.4)
    assert not progress.running()
    assert display_text.status(progress.rows[GATEWAY], preview=False) == "created (2s)"


def test_a_resource_that_is_looked_at_shows_what_was_found():
    drifted = step("update", GATEWAY, diffs=("idle",), detailed_diff={"idle": {"diffKind": "delete"}}, refresh=True)
    looked = [step("refresh", urn, refresh=True) for urn in (GATEWAY, SUBNET, NETWORK)]
    gone = step("delete", SUBNET, refresh=True)
    same = step("same", NETWORK, refresh=True)
    progress = follow(begun(*looked))
    assert "refreshing" in lines(display_text.tree(progress, preview=False))[1]
    progress = follow([*begun(*looked), *map(StepSucceeded, (drifted, gone, same))])
    shown = lines(display_text.tree(progress, preview=True))
    assert [line.split()[0] for line in shown[1:-1]] == ["~", "-"]
    assert "update      [diff: -idle]" in shown[1]
    assert "delete" in shown[2]


def test_what_is_done_after_a_refresh_is_timed_from_its_own_beginning():
    progress = Progress()
    looked, updated = step("refresh", GATEWAY, refresh=True), step("update", GATEWAY)
    for event, now in (
        (StepStarted(looked), 1.0),
        (StepSucceeded(looked), 5.0),
        (StepStarted(updated), 20.0),
        (StepSucceeded(updated), 22.0),
    ):
        progress.tell(event, now)
    assert display_text.status(progress.rows[GATEWAY], preview=False) == "updated (2s)"


def test_each_part_of_a_replacement_is_timed_from_its_own_beginning():
    progress = Progress()
    new, old = step("create-replacement", GATEWAY, diffs=("sku",)), step("delete-replaced", GATEWAY)
    for event, now in (
        (StepStarted(new), 1.0),
        (StepSucceeded(new), 5.0),
        (StepStarted(old), 20.0),
        (StepSucceeded(old), 22.0),
    ):
        progress.tell(event, now)
    line = display_text.step_line(progress.rows[GATEWAY], old.op).plain
    assert line == " -- azure-native:network:NatGateway gw deleted original (2s) [diff: ~sku]"


def test_diagnostics_stand_by_their_resource():
    progress = follow(
        [
            *begun(step("create", ROOT), step("create", SUBNET, ROOT)),
            Diagnostic("warning", "careful", SUBNET),
            Diagnostic("info", "hello\n"),
            Diagnostic("error", "two\nlines", SUBNET),
            Diagnostic("debug", "not shown", SUBNET),
        ]
    )
    assert lines(display_text.diagnostics(progress)) == [
        "Diagnostics:",
        "  azure-native:network:Subnet (web):",
        "    warning: careful",
        "",
        "    error: two",
        "    lines",
        "",
        "  pulumi:pulumi:Stack (shop-dev):",
        "    hello",
        "",
    ]
    assert display_text.info(progress.rows[SUBNET]) == "1 error; 1 warning"


def test_policies_tell_the_worst_first():
    progress = follow(
        [
            PolicyViolation("net", "tags", "advisory", "no tags", SUBNET),
            PolicyViolation("net", "private", "mandatory", "a way in\nfrom anywhere", GATEWAY),
            PolicyViolation("net", "zones", "mandatory", "one zone", SUBNET, "low"),
            PolicyViolation("net", "rules", "mandatory", "any port", SUBNET, "critical"),
            PolicyRemediation("net", "1.0.0", "names", GATEWAY, {}, {"name": "gw"}),
            PolicyRemediation("net", "1.0.0", "names", SUBNET, {}, {"name": "web"}),
            PolicyRemediation("net", "1.0.0", "costs", SUBNET, {}, {"cost": 1}),
            Summary(
                preview=True,
                duration_seconds=1.0,
                resource_changes={},
                policy_packs={"net|local|/b": "1.0.0", "net|local|/a": "1.0.0", "quiet|local|/q": "2.0.0"},
            ),
        ]
    )
    assert lines(display_text.policies(progress)) == [
        "Policies:",
        "    ❌ net@v1.0.0 (local: /a; /b)",
        "        - [remediate]  costs  (1 resource)",
        "        - [remediate]  names  (2 resources)",
        "        - [mandatory] [severity: critical]  rules  (azure-native:network:Subnet: web)",
        "          any port",
        "        - [mandatory] [severity: low]  zones  (azure-native:network:Subnet: web)",
        "          one zone",
        "        - [mandatory]  private  (azure-native:network:NatGateway: gw)",
        "          a way in",
        "          from anywhere",
        "        - [advisory]  tags  (azure-native:network:Subnet: web)",
        "          no tags",
        "    ✅ quiet@v2.0.0 (local: /q)",
        "",
    ]


@pytest.mark.parametrize(
    ("told", "errored", "shown"),
    [
        (
            Summary(preview=True, duration_seconds=9.0, resource_changes={"create": 4}),
            0,
            ["Resources:", "    + 4 to create", ""],
        ),
        (
            Summary(
                preview=False, duration_seconds=2.1, resource_changes={"create": 1, "update": 2, "same": 3, "read": 9}
            ),
            0,
            ["Resources:", "    + 1 created", "    ~ 2 updated", "    3 changes. 3 unchanged", "", "Duration: 3s", ""],
        ),
        (
            Summary(preview=True, duration_seconds=1.0, resource_changes={"replace": 1, "same": 3}),
            0,
            ["Resources:", "    +-1 to replace", "    3 unchanged", ""],
        ),
        (
            Summary(preview=False, duration_seconds=65.0, resource_changes={"same": 14}),
            1,
            ["Resources:", "    14 unchanged", "    1 errored", "", "Duration: 1m5s", ""],
        ),
    ],
)
def test_the_summary(told, errored, shown):
    assert lines(display_text.summary(told, errored)) == shown


@pytest.mark.parametrize(
    ("token", "shown"),
    [
        ("aws:s3/bucket:Bucket", "aws:s3:Bucket"),
        ("azure-native:network:Subnet", "azure-native:network:Subnet"),
        ("pulumi:pulumi:Stack", "pulumi:pulumi:Stack"),
        ("a:b/c:D", "a:b/c:D"),
    ],
)
def test_types_are_shown_short(token, shown):
    assert display_text.simple_type(token) == shown


CREATED = (
    *begun(step("create", ROOT)),
    StepSucceeded(step("create", ROOT)),
    Summary(preview=False, duration_seconds=1.0, resource_changes={"create": 1}),
)


def show(terminal, events=CREATED, before=None, **environment):
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=terminal, width=100, highlight=False, _environ=environment)
    with TextDisplay(console, "update", "dev", preview=False) as display:
        for event in events:
            display.tell(event)
        display.finish({"made": "yes"}, before)
    return stream.getvalue()


def test_without_a_terminal_there_are_no_control_codes():
    shown = show(terminal=False)
    assert "\x1b" not in shown
    assert shown.startswith("Updating (dev):\n +  pulumi:pulumi:Stack shop-dev created (0.00s)\n")


def test_a_terminal_has_colours_unless_they_are_unwanted():
    assert "\x1b[3" in show(terminal=True, TERM="xterm-256color")
    colours = [f"\x1b[{code}m" for code in range(30, 38)]
    assert not any(colour in show(terminal=True, NO_COLOR="1", TERM="xterm-256color") for colour in colours)


def test_without_a_terminal_each_part_of_a_replacement_is_told():
    more = {"diffs": ("sku",)}
    parts = [step("create-replacement", GATEWAY, **more), step("replace", GATEWAY, **more)]
    parts.append(step("delete-replaced", GATEWAY))
    shown = show(terminal=False, events=[event for part in parts for event in (StepStarted(part), StepSucceeded(part))])
    assert shown.splitlines()[1:4] == [
        " ++ azure-native:network:NatGateway gw created replacement (0.00s) [diff: ~sku]",
        " +- azure-native:network:NatGateway gw replaced (0.00s) [diff: ~sku]",
        " -- azure-native:network:NatGateway gw deleted original (0.00s) [diff: ~sku]",
    ]


def test_without_a_terminal_the_stack_is_told_of_at_last_and_what_is_said_of_what_stays_the_same():
    events = [
        *begun(step("create", ROOT), step("same", SUBNET, ROOT), step("same", NETWORK, ROOT)),
        StepSucceeded(step("create", ROOT)),
        Diagnostic("warning", "careful", SUBNET),
        Diagnostic("error", "the program raised"),
    ]
    assert show(terminal=False, events=events).splitlines()[1:4] == [
        " +  pulumi:pulumi:Stack shop-dev **creating failed** 1 error",
        "    azure-native:network:Subnet web  1 warning",
        "",
    ]


def test_what_policies_found_comes_before_what_was_said():
    found = PolicyViolation("net", "private", "mandatory", "a way in", GATEWAY)
    shown = show(terminal=False, events=[Diagnostic("error", "update failed"), found])
    assert shown.index("Policies:") < shown.index("Diagnostics:") < shown.index("Outputs:")


def test_outputs_that_the_stack_had_are_compared():
    assert '  ~ made: "no" => "yes"' in show(terminal=False, before={"made": "no"})
    assert '    made: "yes"' in show(terminal=False)
