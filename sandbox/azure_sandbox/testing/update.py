"""One preview, update, refresh or destroy that has ended: what it did, what it asked of Azure, what it said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

from nat_egress.graph.values import listed
from nat_egress.state.values import Properties
from nat_egress.testing.failures import Failure

from ..arm.response import Request
from . import names, report, requests
from .compared import Changes, Labels, Ops
from .events import Message
from .state import State
from .step import Step

Requests: TypeAlias = tuple[Request, ...]


@dataclass(frozen=True, repr=False)
class Update:
    """What one command came to."""

    verb: str
    """`preview`, `up`, `refresh` or `destroy`."""
    stack: str
    """As in `shop/prod`."""
    status: int
    """The exit status; the negative number of the signal that ended it."""
    killed: bool
    """Whether the test killed it."""
    duration: float
    """Seconds."""
    steps: tuple[Step, ...]
    """In the order in which they began, those of resources that stay the same among them."""
    messages: tuple[Message, ...]
    """What the engine, the program, providers and policies said."""
    said: str
    """What was printed beside that."""
    requests: Requests
    """What Azure was asked meanwhile, in the order of the answers."""
    before: State
    after: State
    files: Path
    """Where all that it printed is: this path with `.stdout` and `.stderr` behind it."""

    @property
    def succeeded(self) -> bool:
        """Whether it ended well."""
        return self.status == 0

    @property
    def state(self) -> State:
        """The state that it left."""
        return self.after

    @property
    def outputs(self) -> Properties:
        """The outputs of the stack after it; secret ones are `nat_egress.state.values.Secret`."""
        return self.after.outputs

    @property
    def changes(self) -> Changes:
        """What was done to each resource, as `{"NatGateway egress": "update"}`; what stays the same is left out.

        All parts of a replacement are one `replace`. Of a preview it is what would be done; of an update that failed or
        was killed, what it brought to its end.
        """
        done = [step for step in self._of_resources if self._is_done(step) and step.op != "same"]
        return Changes(self, {self._name(step): step.change for step in done})

    @property
    def created(self) -> Labels:
        """What was created, as `NatGateway egress`."""
        return self._changed("create")

    @property
    def updated(self) -> Labels:
        """What was changed in place."""
        return self._changed("update")

    @property
    def replaced(self) -> Labels:
        """What was replaced."""
        return self._changed("replace")

    @property
    def deleted(self) -> Labels:
        """What was deleted, old halves of replacements left out."""
        return self._changed("delete")

    @property
    def unchanged(self) -> Labels:
        """What stayed the same."""
        return Labels.of(self, (self._name(step) for step in self._of_resources if step.op == "same"))

    @property
    def failed(self) -> Labels:
        """Whose steps failed."""
        return Labels.of(self, (self._name(step) for step in self._of_resources if step.failed))

    @property
    def under_way(self) -> list[str]:
        """The steps that had begun and not ended, as a kill leaves them: `create Subnet web`."""
        return [str(step) for step in self._of_resources if step.ended is None and self.verb != "preview"]

    @property
    def errors(self) -> list[str]:
        """What was said to be wrong, each message with the resource that it is about."""
        said = [message for message in self.messages if message.severity in ("error", "mandatory")]
        told = [line.removeprefix("error: ") for line in self.said.splitlines() if line.startswith("error: ")]
        return [report.message(message) for message in said] + told

    @property
    def error(self) -> str:
        """All of `errors`, one below the other. Raises `Failure` where there is none."""
        if not self.errors:
            raise Failure(report.of(self, "said no error"))
        return "\n".join(self.errors)

    @property
    def warnings(self) -> list[str]:
        """What was warned of."""
        return [message.text for message in self.messages if message.severity == "warning"]

    def steps_of(self, kind: str, name: str | None = None) -> Ops:
        """Return the ops of a kind of resource, and of a name where one is given, in the order in which they began.

        Raises `Failure` where neither the update nor the states before and after it know such a resource.
        """
        found = [step for step in self.steps if step.is_a(kind) and name in (None, step.name)]
        if not found:
            self._require(kind, name)
        return Ops(self, [step.op for step in found])

    def step(self, op: str, kind: str, name: str | None = None) -> Step:
        """Return the one step of an op and a kind, and of a name where one is given."""
        asked = " ".join(filter(None, (op, kind, name)))
        found = self._matching(asked)
        if len(found) != 1:
            raise Failure(report.of(self, f"took {len(found) or 'no'} steps that are {asked}"))
        return found[0]

    def assert_order(self, *steps: str) -> None:
        """Assert that all steps that are named first had ended before any of those named next began, and so on.

        A step is named as in `create NatGateway egress`; without the name, all of the kind are meant.
        """
        if self.verb == "preview":
            raise Failure("A preview takes no steps, and so in no order: assert on that of the update.")
        groups = [self._required(named) for named in steps]
        for (first, earlier), (then, later) in zip(
            zip(steps, groups, strict=True), zip(steps[1:], groups[1:], strict=True), strict=False
        ):
            early = [step for step in earlier if step.ended is None or step.ended > min(each.begun for each in later)]
            if early:
                raise Failure(report.of(self, f"did not end {first} before it began {then}"))

    def asked(
        self, method: str | None = None, type_: str | None = None, name: str | None = None
    ) -> tuple[Request, ...]:
        """Return what Azure was asked meanwhile: of a method, about a type (`subnets`), a name (a pattern).

        Each try counts. Raises `Failure` for a type that the sandbox's Azure does not know.
        """
        requests.check(method, type_)
        return tuple(each for each in self.requests if requests.is_about(each, method, type_, name))

    @property
    def writes(self) -> list[str]:
        """What Azure was asked to change and did, in its order, as `PUT natGateways`."""
        return [requests.short(each) for each in self.requests if requests.is_write(each) and each.error_code is None]

    @property
    def refusals(self) -> list[str]:
        """What Azure refused to change, as `PUT subnets: AnotherOperationInProgress`."""
        return [f"{requests.short(each)}: {each.error_code}" for each in self.requests if requests.is_refused(each)]

    @property
    def _of_resources(self) -> list[Step]:
        return [step for step in self.steps if not names.is_plumbing(step.type)]

    def _is_done(self, step: Step) -> bool:
        return self.verb == "preview" or (step.ended is not None and not step.failed)

    def _changed(self, change: str) -> Labels:
        return Labels.of(self, (name for name, made in self.changes.items() if made == change))

    def _name(self, step: Step) -> str:
        """Return a resource's label; where another one is called so too, with its whole type, or its URN."""
        alike = {each.urn: each.type for each in self.steps if each.label == step.label}
        if len(alike) == 1:
            return step.label
        return f"{step.type} {step.name}" if [*alike.values()].count(step.type) == 1 else step.urn

    def _matching(self, named: str) -> list[Step]:
        return [step for step in self.steps if step.matches(named)]

    def _required(self, named: str) -> list[Step]:
        if found := self._matching(named):
            return found
        raise Failure(report.of(self, f"took no step that is {named}"))

    def _require(self, kind: str, name: str | None) -> None:
        known = [*self.before.snapshot.resources, *self.after.snapshot.resources]
        is_it = partial(names.is_a, kind=kind)
        if not any(is_it(each.type) and name in (None, names.label(each.urn).partition(" ")[2]) for each in known):
            there = listed(sorted({names.label(each.urn) for each in known if not names.is_plumbing(each.type)}))
            raise Failure(report.of(self, f"knows no {kind} {name or ''}".rstrip() + f"; there are: {there or 'none'}"))

    def __repr__(self) -> str:
        ended = "succeeded" if self.succeeded else "was killed" if self.killed else "failed"
        counted = Counter(step.op for step in self._of_resources)
        return f"<{self.verb} of {self.stack} {ended}: {_counts(counted.items())}>"


def _counts(counted: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{count} {op}" for op, count in counted) or "no steps"
