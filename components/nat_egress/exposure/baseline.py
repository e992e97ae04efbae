"""A baseline: the findings that were there when the pack was switched on, so that only new ones count. Pure.

The file is JSON, one entry for each cause, in an order that does not depend on the stack's, and without dates, so that
a change of it shows what has changed.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..problems import Problem, report
from .finding import Finding, Verdict
from .fingerprint import fingerprint, fingerprint_of, resource_of
from .policies import POLICIES

VERSION: Final = 1
_WEIGHT: Final = {Verdict.WARN: 1, Verdict.DENY: 2}
"""What a baseline holds, and what outweighs what: a warning that is known does not cover a denial."""
_KEYS: Final = ("policy", "resource", "path", "verdict", "count", "fingerprint")
_REMEDY: Final = "Write the file anew with `nat-egress audit --write-baseline`, and look at what has changed."


class InvalidBaseline(Exception):  # noqa: N818 - says what is wrong
    """A baseline that can't be used, with everything that is wrong with it."""

    def __init__(self, file: str, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(report(f"The baseline {file}", self.problems))


@dataclass(frozen=True, order=True)
class Entry:
    """What is known of one cause."""

    policy: str
    resource: str
    """As `fingerprint.resource_of` names it."""
    path: tuple[str, ...]
    verdict: Verdict
    count: int
    """How many findings have this policy, resource, path and verdict."""

    @property
    def fingerprint(self) -> str:
        """What its findings are known by."""
        return fingerprint_of(self.policy, self.resource, self.path)


@dataclass(frozen=True)
class Compared:
    """Findings, held against a baseline."""

    new: tuple[Finding, ...]
    known: tuple[Finding, ...]
    gone: tuple[Entry, ...]
    """What the baseline has and was not found, or not as often: it can be taken out."""


def entries_of(findings: Iterable[Finding]) -> list[Entry]:
    """Return the entries for `findings`, sorted. What cannot be decided is left out: it is never refused."""
    counted = Counter(
        (one.policy, resource_of(one.urn), one.path, one.verdict) for one in findings if one.verdict in _WEIGHT
    )
    return sorted(Entry(*key, count) for key, count in counted.items())


class Coverage:
    """The entries of a baseline, used up by findings: each covers as many as it counts, of its verdict or a lighter."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._left = {entry: entry.count for entry in entries}
        self._by_fingerprint: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in self._left:
            self._by_fingerprint[entry.fingerprint].append(entry)

    def divide(self, findings: Iterable[Finding]) -> tuple[list[Finding], list[Finding]]:
        """Return the findings that are new, and those that are known."""
        new: list[Finding] = []
        known: list[Finding] = []
        for finding in sorted(findings, key=lambda one: -_weighs(one)):
            covering = [
                entry for entry in self._by_fingerprint.get(fingerprint(finding), ()) if self._has(entry, finding)
            ]
            if covering:
                self._left[min(covering, key=lambda entry: _WEIGHT[entry.verdict])] -= 1
            (known if covering else new).append(finding)
        return new, known

    @property
    def gone(self) -> list[Entry]:
        """The entries that are not used up, sorted."""
        return sorted(entry for entry, count in self._left.items() if count)

    def _has(self, entry: Entry, finding: Finding) -> bool:
        return self._left[entry] > 0 and 0 < _weighs(finding) <= _WEIGHT[entry.verdict]


def compare(findings: Iterable[Finding], entries: Iterable[Entry]) -> Compared:
    """Divide `findings` into those that the entries of a baseline cover and those that are new."""
    coverage = Coverage(entries)
    new, known = coverage.divide(findings)
    return Compared(tuple(new), tuple(known), tuple(coverage.gone))


def _weighs(finding: Finding) -> int:
    return _WEIGHT.get(finding.verdict, 0)


def text_of(entries: Iterable[Entry]) -> str:
    """Write a baseline."""
    document = {
        "version": VERSION,
        "findings": [
            {
                "policy": entry.policy,
                "resource": entry.resource,
                "path": list(entry.path),
                "verdict": entry.verdict.value,
                "count": entry.count,
                "fingerprint": entry.fingerprint,
            }
            for entry in sorted(entries)
        ],
    }
    return f"{json.dumps(document, indent=2, ensure_ascii=False)}\n"


def parse(text: str, file: str) -> list[Entry]:
    """Read a baseline; `file` is its name for messages. Raises `InvalidBaseline`."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidBaseline(file, [Problem("the file", "no JSON", str(error).split("\n")[0], _REMEDY)]) from None
    problems: list[Problem] = []
    entries: list[Entry] = []
    if not isinstance(document, dict) or document.get("version") != VERSION:
        version = document.get("version") if isinstance(document, dict) else None
        problems.append(Problem("version", version, f"this package reads version {VERSION}", _REMEDY))
    elif not isinstance(document.get("findings"), list):
        problems.append(Problem("findings", document.get("findings"), "it must be a list", _REMEDY))
    else:
        for at, item in enumerate(document["findings"]):
            entries.extend(_entry(f"findings[{at}]", item, problems))
    if not problems and len({(entry.fingerprint, entry.verdict) for entry in entries}) < len(entries):
        problems.append(Problem("findings", "given", "each cause stands there once, with a count", _REMEDY))
    if problems:
        raise InvalidBaseline(file, problems)
    return sorted(entries)


def _entry(where: str, item: object, problems: list[Problem]) -> Iterable[Entry]:
    if not isinstance(item, dict) or set(item) != set(_KEYS):
        rule = f"an entry has the keys {', '.join(_KEYS)}"
        problems.append(Problem(where, item if isinstance(item, dict) else type(item).__name__, rule, _REMEDY))
        return
    wrong = list(_wrong(where, item))
    problems.extend(wrong)
    if not wrong:
        path, verdict = tuple(item["path"]), Verdict(item["verdict"])
        yield Entry(item["policy"], item["resource"], path, verdict, item["count"])


def _wrong(where: str, item: Mapping[str, Any]) -> Iterable[Problem]:
    policy, resource, path, count = (item[key] for key in ("policy", "resource", "path", "count"))
    if policy not in POLICIES if isinstance(policy, str) else True:
        yield Problem(f"{where}.policy", policy, "there is no such policy", _REMEDY)
    if not isinstance(resource, str):
        yield Problem(f"{where}.resource", resource, "it must be text", _REMEDY)
    if not isinstance(path, list) or not all(isinstance(step, str) for step in path):
        yield Problem(f"{where}.path", path, "it must be a list of texts", _REMEDY)
    elif isinstance(policy, str) and isinstance(resource, str):
        expected = fingerprint_of(policy, resource, tuple(path))
        if item["fingerprint"] != expected:
            rule = f"of this policy, resource and path it is {expected}"
            yield Problem(f"{where}.fingerprint", item["fingerprint"], rule, _REMEDY)
    if item["verdict"] not in [verdict.value for verdict in _WEIGHT]:
        yield Problem(f"{where}.verdict", item["verdict"], f"it is one of {', '.join(_WEIGHT)}", _REMEDY)
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        yield Problem(f"{where}.count", count, "it must be a whole number from 1", _REMEDY)
