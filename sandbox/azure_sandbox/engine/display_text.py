"""An update in words: rows, diagnostics, policies, outputs and the summary, as the CLI prints them. Pure functions."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from nat_egress.state.values import Properties
from rich.text import Text

from . import display_outputs
from .display_rows import Progress, Row, name_of, type_of
from .display_words import LEAVING, READS, WORDS
from .events import Diagnostic, PolicySeverity, PolicyViolation, Step, Summary
from .pack_names import name_and_folder

INDENT = "    "
HEADLINE = "bold magenta"
SEVERITIES = {"error": "red", "warning": "yellow", "info": ""}
POLICY_SEVERITIES: Sequence[PolicySeverity] = ("critical", "high", "medium", "low", "")
"""The worst first."""
DIFF_SIGNS = {"add": "+", "add-replace": "+", "delete": "-", "delete-replace": "-"}


def tree(progress: Progress, *, preview: bool) -> list[Text]:
    """Return the resources that change or have something said about them, below their parents."""
    shown = _shown(progress)
    ordered = list(_walk(shown, progress))
    if not ordered:
        return []
    labels = [(branch + simple_type(type_of(row.urn)), name_of(row.urn)) for row, branch in ordered]
    widths = [max(len(label[column]) for label in labels) for column in (0, 1)]
    head = f"     {'Type':{widths[0]}}  {'Name':{widths[1]}}  {'Plan' if preview else 'Status':10}  Info"
    lines = [Text(head.rstrip(), style=HEADLINE)]
    for (row, _), (kind, name) in zip(ordered, labels, strict=True):
        words = WORDS[row.op]
        line = Text(" ")
        line.append(words.sign, style=words.style)
        line.append(f"  {kind:{widths[0]}}  {name:{widths[1]}}  ")
        line.append(f"{status(row, preview=preview):10}", style="red" if row.errored else words.style)
        line.append(f"  {info(row)}")
        line.rstrip()
        lines.append(line)
    return [*lines, Text("")]


def step_line(row: Row, op: str) -> Text:
    """Return what an update has done to one resource in one line, for where there is no terminal."""
    words = WORDS[op]
    line = Text(" ")
    line.append(words.sign, style=words.style)
    line.append(f" {simple_type(type_of(row.urn))} {name_of(row.urn)} {_marked(_how_far(row, op), row)} {info(row)}")
    line.rstrip()
    return line


def status(row: Row, *, preview: bool) -> str:
    """Return the plan of a preview, or how far an update is with a resource."""
    return _marked(WORDS[row.op].plan if preview else _how_far(row, row.op), row)


def _how_far(row: Row, op: str) -> str:
    words = WORDS[op]
    if row.errored:
        return f"**{words.doing or 'failed'}{' failed' if words.doing else ''}**"
    if op == "same":
        return words.plan
    if row.ended is None:
        return words.doing
    seconds = row.ended - row.started if row.started is not None else 0.0
    return f"{words.done} ({seconds:.0f}s)" if seconds >= 1 else f"{words.done} ({seconds:.2f}s)"


def _marked(status: str, row: Row) -> str:
    return f"{status}[retain]" if _leaves_behind(row.step) else status


def _leaves_behind(step: Step | None) -> bool:
    """Tell whether a step takes a resource out of the state and leaves it in the cloud."""
    return bool(step and step.old and step.old.retain_on_delete and step.op in LEAVING)


def info(row: Row) -> str:
    """Return which properties differ, and how many messages there are about a resource."""
    parts = [f"[diff: {diff}]"] if row.step and (diff := diff_summary(row.step)) else []
    for severity, word in (("error", "error"), ("warning", "warning"), ("info", "message")):
        if count := row.messages[severity]:
            parts.append(_plural(count, word))
    return "; ".join(parts)


def diff_summary(step: Step) -> str:
    """Return the top-level properties that differ, each kind behind its sign: `+tags~sku,zones`."""
    if step.old is None or step.new is None:
        return ""
    kinds: dict[str, set[str]] = {"+": set(), "-": set(), "~": set()}
    if step.op != "same":
        for key in step.diffs or tuple({_head(path): None for path in step.detailed_diff}):
            kinds[_sign(key, step)].add(key)
    for name in ("provider", "protect"):
        if getattr(step.old, name) != getattr(step.new, name):
            kinds["~"].add(name)
    return "".join(f"{sign}{','.join(sorted(keys))}" for sign, keys in kinds.items() if keys)


def diagnostics(progress: Progress) -> list[Text]:
    """Return everything that was said, below the resource that it is about."""
    by_urn: dict[str, list[Diagnostic]] = {}
    for each in progress.diagnostics:
        by_urn.setdefault(each.urn or progress.root, []).append(each)
    if not by_urn:
        return []
    lines = [Text("Diagnostics:", style=HEADLINE)]
    for urn, said in by_urn.items():
        lines.append(Text(f"  {simple_type(type_of(urn))} ({name_of(urn)}):" if urn else "  the update:"))
        for each in said:
            lines += _indented(_with_prefix(each), INDENT, SEVERITIES.get(each.severity, ""))
            lines.append(Text(""))
    return lines


def policies(progress: Progress) -> list[Text]:
    """Return the policy packs that ran and what they found."""
    versions: dict[str, str] = {}
    folders: defaultdict[str, list[str]] = defaultdict(list)
    for named, version in progress.summary.policy_packs.items() if progress.summary else ():
        pack, folder = name_and_folder(named)
        versions[pack] = version
        folders[pack].append(folder)
    for violation in progress.violations:
        versions.setdefault(violation.policy_pack, violation.policy_pack_version)
    if not versions:
        return []
    lines = [Text("Policies:", style=HEADLINE)]
    for pack, version in sorted(versions.items()):
        found = [each for each in progress.violations if each.policy_pack == pack]
        mandatory = any(each.enforcement_level == "mandatory" for each in found)
        sign = "❌" if mandatory else "⚠️" if found else "✅"
        place = f" (local: {'; '.join(sorted(folders[pack]))})" if folders[pack] else ""
        lines.append(Text(f"{INDENT}{sign} {pack}{f'@v{version}' if version else ''}{place}"))
        remediated = Counter(each.policy for each in progress.remediations if each.policy_pack == pack)
        for policy, count in sorted(remediated.items()):
            lines.append(Text(f"{INDENT * 2}- [remediate]  {policy}  ({_plural(count, 'resource')})"))
        for each in sorted(found, key=_gravity):
            lines += _violation(each)
    return [*lines, Text("")]


def outputs(
    values: Properties, before: Properties | None = None, *, preview: bool = False, show_secrets: bool = False
) -> list[Text]:
    """Return a stack's outputs, and what differs from those `before`; as in `display_outputs.lines`."""
    lines = display_outputs.lines(values, before, preview=preview, show_secrets=show_secrets)
    return [Text("Outputs:", style=HEADLINE), *lines, Text("")] if lines else []


def summary(told: Summary, errored: int) -> list[Text]:
    """Return how many resources change, and how long it took."""
    lines = [Text("Resources:", style=HEADLINE)]
    counts = {str(op): count for op, count in told.resource_changes.items()}
    changes = [(op, words, counts.get(op, 0)) for op, words in WORDS.items() if op != "same" and op not in READS]
    changes = [change for change in changes if change[2]]
    for op, words, count in changes:
        verb = f"to {op}" if told.preview else words.done or words.plan
        lines.append(Text(f"{INDENT}{words.sign}{count} {verb}", style=words.style))
    pieces = [f"{_plural(sum(count for _, _, count in changes), 'change')}"] if len(changes) > 1 else []
    if unchanged := counts.get("same", 0):
        pieces.append(f"{unchanged} unchanged")
    if pieces:
        lines.append(Text(INDENT + ". ".join(pieces)))
    if errored:
        lines.append(Text(f"{INDENT}{errored} errored", style="red"))
    if not told.preview:
        lines += [Text(""), Text(f"Duration: {duration(told.duration_seconds)}")]
    return [*lines, Text("")]


def duration(seconds: float) -> str:
    """Return a duration in whole seconds, rounded up: `1m5s`."""
    minutes, rest = divmod(math.ceil(seconds), 60)
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"


def simple_type(token: str) -> str:
    """Return a type token without a module that only repeats the type: `aws:s3/bucket:Bucket` is `aws:s3:Bucket`."""
    package, _, rest = token.partition(":")
    module, _, name = rest.rpartition(":")
    short, slash, tail = module.rpartition("/")
    return f"{package}:{short}:{name}" if slash and tail.lower() == name.lower() else token


def is_shown(row: Row) -> bool:
    """Tell whether there is anything to be told of a resource."""
    return row.op != "same" or row.errored or bool(info(row))


def _shown(progress: Progress) -> dict[str, Row]:
    shown: dict[str, Row] = {}
    for row in progress.rows.values():
        if not is_shown(row):
            continue
        current: Row | None = row
        while current is not None and current.urn not in shown:
            shown[current.urn] = current
            current = progress.rows.get(current.parent)
    return shown


def _walk(shown: Mapping[str, Row], progress: Progress) -> Iterator[tuple[Row, str]]:
    """Go through the rows, parents first, each with the branch that leads to it."""
    children: dict[str, list[Row]] = {}
    for urn in progress.rows:
        if urn in shown:
            parent = shown[urn].parent
            children.setdefault(parent if parent in shown else "", []).append(shown[urn])
    pending = [(row, "", "") for row in reversed(children.get("", []))]
    while pending:
        row, branch, trunk = pending.pop()
        yield row, branch
        below = children.get(row.urn, [])
        for child in reversed(below):
            last = child is below[-1]
            pending.append((child, trunk + ("└─ " if last else "├─ "), trunk + ("   " if last else "│  ")))


def _sign(key: str, step: Step) -> str:
    for path, detail in step.detailed_diff.items():
        if path == key:
            return DIFF_SIGNS.get(str(detail.get("diffKind", detail.get("kind", ""))).lower().replace("_", "-"), "~")
    old, new = step.old, step.new
    if old and new and (key in old.inputs) != (key in new.inputs):
        return "+" if key in new.inputs else "-"
    return "~"


def _head(path: str) -> str:
    cut = min((index for index in (path.find("."), path.find("[")) if index > 0), default=len(path))
    return path[:cut]


def _with_prefix(diagnostic: Diagnostic) -> str:
    message = diagnostic.message.strip("\n")
    prefix = f"{diagnostic.severity}: "
    return message if diagnostic.severity.startswith("info") or message.startswith(prefix) else prefix + message


def _indented(message: str, indent: str, style: str) -> list[Text]:
    return [Text(indent + line if line else "", style=style) for line in message.splitlines()]


def _gravity(violation: PolicyViolation) -> tuple[bool, int, str, str]:
    severity = POLICY_SEVERITIES.index(violation.severity)
    return violation.enforcement_level != "mandatory", severity, violation.policy, violation.urn


def _violation(violation: PolicyViolation) -> list[Text]:
    style = "red" if violation.enforcement_level == "mandatory" else "yellow"
    about = f"  ({simple_type(type_of(violation.urn))}: {name_of(violation.urn)})" if violation.urn else ""
    severity = f" [severity: {violation.severity}]" if violation.severity else ""
    head = f"{INDENT * 2}- [{violation.enforcement_level}]{severity}  {violation.policy}{about}"
    return [Text(head, style=style), *_indented(violation.message.strip("\n"), INDENT * 2 + "  ", "")]


def _plural(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
