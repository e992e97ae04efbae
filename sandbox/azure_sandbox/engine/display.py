"""Shows an update while it runs and when it has ended: live on a terminal, plain lines elsewhere."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Protocol, Self

from nat_egress.state.values import Properties
from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from . import display_json, display_text
from .display_rows import Progress, name_of, type_of
from .display_words import WORDS
from .events import Event, PolicyLoad, StepFailed, StepSucceeded, Summary
from .request import ConfigValue

Kind = Literal["preview", "update", "refresh", "destroy"]
LABELS: Mapping[tuple[Kind, bool], str] = {
    ("preview", True): "Previewing update",
    ("refresh", True): "Previewing refresh",
    ("destroy", True): "Previewing destroy",
    ("update", False): "Updating",
    ("refresh", False): "Refreshing",
    ("destroy", False): "Destroying",
}
PATIENCE = 2.0
"""Seconds after which a terminal shows that something is going on."""
REFRESHES = 8
"""A second."""
MOST_RUNNING = 8
"""Resources under way that the live display names."""


class Display(Protocol):
    """Follows one update."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def tell(self, event: Event) -> None:
        """Take an event in."""

    def finish(self, outputs: Properties, before: Properties | None = None, *, succeeded: bool = True) -> None:
        """Show how it ended; `before` are the stack's outputs so far, None where there was no such stack."""


@dataclass
class TextDisplay:
    """Words for people."""

    console: Console
    kind: Kind
    stack: str
    preview: bool
    show_secrets: bool = False
    progress: Progress = field(default_factory=Progress)
    _live: Live | None = None

    def __enter__(self) -> Self:
        label = LABELS["preview" if self.kind == "update" and self.preview else self.kind, self.preview]
        self.console.print(Text(f"{label} ({self.stack}):", style=display_text.HEADLINE))
        if self.console.is_terminal:
            self._live = Live(
                _Pulse(self.progress, label, time.monotonic()),
                console=self.console,
                refresh_per_second=REFRESHES,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    def tell(self, event: Event) -> None:
        """Take an event in; without a terminal an update tells each step that ends, the stack's own at last."""
        self.progress.tell(event, time.monotonic())
        if self._live is None and not self.preview and isinstance(event, StepSucceeded | StepFailed):
            row = self.progress.rows[event.step.urn]
            if row.op != "same" and row.urn != self.progress.root:
                self._print(display_text.step_line(row, event.step.op))

    def finish(self, outputs: Properties, before: Properties | None = None, *, succeeded: bool = True) -> None:
        """Show the resources, what was said, the outputs and the summary."""
        del succeeded
        if self._live:
            self._live.stop()
        elif not self.preview:
            self._print(*self._not_told(), Text(""))
        if self.preview or self._live:
            self._print(*display_text.tree(self.progress, preview=self.preview))
        self._print(
            *display_text.policies(self.progress),
            *display_text.diagnostics(self.progress),
            *display_text.outputs(outputs, before, preview=self.preview, show_secrets=self.show_secrets),
        )
        if self.progress.summary:
            self._print(*display_text.summary(self.progress.summary, self.progress.errored))

    def _not_told(self) -> list[Text]:
        """Return the lines of the stack itself, and of what does not change and has something said about it."""
        rows = (row for row in self.progress.rows.values() if row.urn == self.progress.root or row.op == "same")
        return [display_text.step_line(row, row.op) for row in rows if display_text.is_shown(row)]

    def _print(self, *lines: Text) -> None:
        if lines:
            self.console.print(*lines, sep="\n", soft_wrap=True)


@dataclass
class JsonDisplay:
    """The preview's document, or an event a line."""

    write: Callable[[str], object]
    config: Mapping[str, ConfigValue]
    preview: bool
    events: list[Event] = field(default_factory=list)
    _written: int = 0
    _begun: bool = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is held."""

    def tell(self, event: Event) -> None:
        """Take an event in; the summary of an update is told when it is known how it ended."""
        self.events.append(event)
        if not self.preview and not isinstance(event, Summary):
            self._tell(event)

    def finish(self, outputs: Properties, before: Properties | None = None, *, succeeded: bool = True) -> None:
        """Write the document of a preview, or the end of the events."""
        del outputs, before
        if self.preview:
            self.write(json.dumps(display_json.digest(self.events, self.config), indent=4, ensure_ascii=False) + "\n")
            return
        for event in self.events:
            if isinstance(event, Summary):
                self._tell(event, succeeded=succeeded)
        self._line({"cancelEvent": {}})

    def _tell(self, event: Event, *, succeeded: bool = True) -> None:
        if not self._begun and not isinstance(event, PolicyLoad):  # packs are loaded before an update begins
            self._begun = True
            self._line({"preludeEvent": {"config": display_json.config_of(self.config)}})
        self._write(display_json.event_document(event, self._written, int(time.time()), succeeded=succeeded))

    def _line(self, payload: Mapping[str, object]) -> None:
        self._write({"sequence": self._written, "timestamp": int(time.time()), **payload})

    def _write(self, document: Mapping[str, object]) -> None:
        self._written += 1
        self.write(json.dumps(document, ensure_ascii=False) + "\n")


@dataclass(frozen=True)
class _Pulse:
    """What a terminal shows while an update runs."""

    progress: Progress
    label: str
    begun: float

    def __rich__(self) -> Group | Text:
        elapsed = time.monotonic() - self.begun
        if elapsed < PATIENCE:
            return Text("")
        running = self.progress.running()
        done = sum(row.ended is not None for row in self.progress.rows.values())
        spinner = Spinner("dots", f"{self.label}: {done} done, {len(running)} under way, {elapsed:.0f}s")
        lines = [
            Text(
                f"  {WORDS[row.op].sign} {display_text.simple_type(type_of(row.urn))} "
                f"{name_of(row.urn)} {WORDS[row.op].doing}",
                style=WORDS[row.op].style,
            )
            for row in list(running)[:MOST_RUNNING]
        ]
        return Group(spinner, *lines)
