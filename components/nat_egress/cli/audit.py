"""`nat-egress audit`: a stack's state, judged by the rules of the policy pack."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from ..exposure import baseline_files, configuration
from ..exposure.baseline import Entry, InvalidBaseline, text_of
from ..exposure.configuration import Configuration, InvalidConfiguration
from ..exposure.evaluate import of_stack
from ..exposure.inbound_exceptions import exemptions_of
from ..exposure.reports import Outcome, Report, report_of
from ..exposure.reports.formats import Format, written
from ..exposure.reports.sarif import Program
from ..graph.of_state import resources_of
from ..state.errors import StateError
from ..state.model import Snapshot
from .errors import CommandError
from .output import note_what_is_not_seen, write
from .stack_options import Backend, Stack, State, find
from .stack_state import StackState, best_effort

REFUSED = 1
"""The exit status where something is found that the pack refuses."""

ConfigurationFile = Annotated[
    Path | None, typer.Option("--config", help="The configuration of the pack, as --policy-pack-config takes it.")
]
Baseline = Annotated[
    Path | None, typer.Option(help="What is known, and counts no more; instead of the configuration's baselines.")
]
NewBaseline = Annotated[Path | None, typer.Option("--write-baseline", help="Write what is found as a baseline.")]
Form = Annotated[Format | None, typer.Option("--format", help="What to write; text if left out.")]
Json = Annotated[bool, typer.Option("--json", "-j", help="As --format json; docs/policy-reports.md has its keys.")]
Output = Annotated[Path | None, typer.Option(help="Write the report to this file, and text to the terminal.")]
ProgramFile = Annotated[
    str, typer.Option("--program", help="The file below the root of the repository at which SARIF shows findings.")
]


def audit(
    stack: Stack = None,
    *,
    state: State = None,
    backend: Backend = None,
    config: ConfigurationFile = None,
    baseline: Baseline = None,
    write_baseline: NewBaseline = None,
    form: Form = None,
    json: Json = False,
    output: Output = None,
    program: ProgramFile = "Pulumi.yaml",
) -> None:
    """Judge what a stack has deployed, from its state, by the rules of the policy pack."""
    if json and form not in (None, Format.JSON):
        raise CommandError(f"--json and --format {form} ask for two reports: give one of them")
    form = Format.JSON if json else form or Format.TEXT
    today = datetime.now(UTC).date()
    try:
        configured = _configuration(config, today)
        known = _known(configured, config, baseline)
        found = find(stack, state, backend, best_effort(os.environ))
    except (StateError, InvalidConfiguration, InvalidBaseline) as error:
        raise CommandError(str(error)) from None
    note_what_is_not_seen(found)
    judged = _Judged(found, configured, today)
    report = judged.report(known)
    if write_baseline is not None:
        write("--write-baseline", write_baseline, text_of(report.entries))
        report = judged.report(report.entries)
    text = written(report, form, Program(program))
    if output is not None:
        write("--output", output, text)
        text = written(report, Format.TEXT, Program(program))
    typer.echo(text, nl=False)
    if report.of(Outcome.REFUSED):
        raise typer.Exit(REFUSED)


class _Judged:
    """What is found in a stack, to be reported with one baseline or another."""

    def __init__(self, found: StackState, configured: Configuration, today: date) -> None:
        resources = list(resources_of(Snapshot(found.resources)))
        self._stack, self._configured, self._today = found.stack, configured, today
        # As in the pack, what reads the same is one finding.
        self._findings = tuple(dict.fromkeys(of_stack(resources, configured)))
        self._declared = tuple(exemptions_of(resources, today))

    def report(self, known: Iterable[Entry]) -> Report:
        """Sort out what is found, with what is known of it."""
        return report_of(
            self._stack, self._findings, self._configured, self._today, baseline=known, declared=self._declared
        )


def _configuration(file: Path | None, today: date) -> Configuration:
    if file is None:
        return Configuration()
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"--config is {file}, which can't be read: {error}") from None
    return configuration.parse(text, today)


def _known(configured: Configuration, config: Path | None, baseline: Path | None) -> list[Entry]:
    """Read the baseline that is given, or those of the configuration, which are named from its folder."""
    if baseline is not None:
        return baseline_files.read(baseline)
    return baseline_files.of_configuration(configured, config.parent) if config else []
