"""The command line: `python -m azure_sandbox`, in the CLI's words where they overlap."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from nat_egress.state import outputs_of
from rich.console import Console

from . import engines, installer, kept, outputs
from .embedded import EmbeddedEngine, Options
from .engine import pending
from .engines import Wanted
from .errors import CommandError, Exit
from .official import OfficialCli
from .session import Session, start

app = typer.Typer(
    help="Rehearse a Pulumi program for Azure networking on this machine. Nothing here reaches Azure.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

Stack = Annotated[str, typer.Option("--stack", "-s", help="The stack to operate on.")]
Cwd = Annotated[Path, typer.Option("--cwd", "-C", help="Where to look for Pulumi.yaml, upwards.")]
Engine = Annotated[Wanted, typer.Option(help="auto takes the official CLI where there is one.")]
Sandbox = Annotated[Path | None, typer.Option(help="The folder of the rehearsal; .sandbox beside Pulumi.yaml.")]
Backend = Annotated[
    str | None, typer.Option(help="The URL of the backend that keeps the stack; the sandbox's own if left out.")
]
Packs = Annotated[list[Path] | None, typer.Option("--policy-pack", help="A policy pack to run (policies/).")]
PackConfigs = Annotated[list[Path] | None, typer.Option("--policy-pack-config", help="Its configuration (JSON).")]
Json = Annotated[bool, typer.Option("--json", "-j", help="Print JSON and nothing else on standard output.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]
SkipPreview = Annotated[bool, typer.Option("--skip-preview", "-f", help="Do not preview first.")]
NoChanges = Annotated[bool, typer.Option("--expect-no-changes", help="Fail if anything changes.")]
Parallel = Annotated[int, typer.Option("--parallel", "-p", min=1, help="Resource operations at once, at most.")]
Refresh = Annotated[bool, typer.Option("--refresh", "-r", help="First take into the state what the cloud has.")]
PreviewOnly = Annotated[bool, typer.Option("--preview-only", help="Show it, and leave it at that.")]
ClearCreates = Annotated[bool, typer.Option(pending.CLEAR, help="Take interrupted creates out of the state.")]
RunProgram = Annotated[bool, typer.Option("--run-program", help="Run the program for it; the official CLI's only.")]
ExcludeProtected = Annotated[bool, typer.Option("--exclude-protected", help="Leave protected resources.")]
ShowSecrets = Annotated[bool, typer.Option("--show-secrets", help="Show secrets in plain text.")]
HERE = Path()


@app.command()
def preview(
    *,
    stack: Stack,
    cwd: Cwd = HERE,
    engine: Engine = Wanted.AUTO,
    sandbox: Sandbox = None,
    backend: Backend = None,
    policy_pack: Packs = None,
    policy_pack_config: PackConfigs = None,
    json: Json = False,
    expect_no_changes: NoChanges = False,
    parallel: Parallel = 16,
    show_secrets: ShowSecrets = False,
    refresh: Refresh = False,
) -> None:
    """Show what `up` would do."""
    session = start(cwd, stack, sandbox, backend)
    options = Options(
        session.policy_packs(policy_pack or []),
        tuple(policy_pack_config or ()),
        json=json,
        expect_no_changes=expect_no_changes,
        parallel=parallel,
        show_secrets=show_secrets,
        refresh=refresh,
    )
    _operate(session, engine, options, "preview", EmbeddedEngine.preview)


@app.command()
def up(
    *,
    stack: Stack,
    cwd: Cwd = HERE,
    engine: Engine = Wanted.AUTO,
    sandbox: Sandbox = None,
    backend: Backend = None,
    policy_pack: Packs = None,
    policy_pack_config: PackConfigs = None,
    json: Json = False,
    yes: Yes = False,
    skip_preview: SkipPreview = False,
    expect_no_changes: NoChanges = False,
    parallel: Parallel = 16,
    show_secrets: ShowSecrets = False,
    refresh: Refresh = False,
) -> None:
    """Bring the stack to what the program says."""
    _require_answer(yes=yes, skip_preview=skip_preview)
    session = start(cwd, stack, sandbox, backend)
    options = Options(
        session.policy_packs(policy_pack or []),
        tuple(policy_pack_config or ()),
        json=json,
        yes=yes or skip_preview,
        skip_preview=skip_preview,
        expect_no_changes=expect_no_changes,
        parallel=parallel,
        show_secrets=show_secrets,
        refresh=refresh,
    )
    _operate(session, engine, options, "up", EmbeddedEngine.up)


@app.command("refresh")
def refresh_stack(
    *,
    stack: Stack,
    cwd: Cwd = HERE,
    engine: Engine = Wanted.AUTO,
    sandbox: Sandbox = None,
    backend: Backend = None,
    json: Json = False,
    yes: Yes = False,
    skip_preview: SkipPreview = False,
    preview_only: PreviewOnly = False,
    expect_no_changes: NoChanges = False,
    clear_pending_creates: ClearCreates = False,
    run_program: RunProgram = False,
    parallel: Parallel = 16,
) -> None:
    """Take into the state what the cloud has of the stack's resources; the cloud stays as it is."""
    _require_answer(yes=yes, skip_preview=skip_preview, preview_only=preview_only)
    options = Options(
        json=json,
        yes=yes or skip_preview,
        skip_preview=skip_preview,
        preview_only=preview_only,
        expect_no_changes=expect_no_changes,
        clear_pending_creates=clear_pending_creates,
        run_program=run_program,
        parallel=parallel,
    )
    _operate(start(cwd, stack, sandbox, backend), engine, options, "refresh", EmbeddedEngine.refresh)


@app.command()
def destroy(
    *,
    stack: Stack,
    cwd: Cwd = HERE,
    engine: Engine = Wanted.AUTO,
    sandbox: Sandbox = None,
    backend: Backend = None,
    json: Json = False,
    yes: Yes = False,
    skip_preview: SkipPreview = False,
    preview_only: PreviewOnly = False,
    exclude_protected: ExcludeProtected = False,
    parallel: Parallel = 16,
    refresh: Refresh = False,
) -> None:
    """Delete every resource of the stack, and say what is kept."""
    _require_answer(yes=yes, skip_preview=skip_preview, preview_only=preview_only)
    options = Options(
        json=json,
        yes=yes or skip_preview,
        skip_preview=skip_preview,
        preview_only=preview_only,
        exclude_protected=exclude_protected,
        parallel=parallel,
        refresh=refresh,
    )
    _operate(start(cwd, stack, sandbox, backend), engine, options, "destroy", EmbeddedEngine.destroy)


@app.command()
def output(
    *,
    stack: Stack,
    name: Annotated[str | None, typer.Argument(help="One output; all of them if left out.")] = None,
    cwd: Cwd = HERE,
    engine: Engine = Wanted.AUTO,
    sandbox: Sandbox = None,
    backend: Backend = None,
    json: Json = False,
    show_secrets: ShowSecrets = False,
) -> None:
    """Print the outputs of the stack, which both engines keep in the same place."""
    del engine
    snapshot = start(cwd, stack, sandbox, backend).store.load()
    if snapshot is None:
        raise _no_stack(stack)
    typer.echo(outputs.render(outputs_of(snapshot), name, as_json=json, show_secrets=show_secrets))


@app.command("machines")
def show_machines(*, stack: Stack, cwd: Cwd = HERE, sandbox: Sandbox = None, json: Json = False) -> None:
    """Show each machine of the stack's subscription: where it is, and which addresses the internet sees of it."""
    # Imported here: the cloud's rules are of no use to the other commands, and take their time.
    from . import machines  # noqa: PLC0415
    from .provider.settings import SUBSCRIPTION  # noqa: PLC0415

    session = start(cwd, stack, sandbox)
    given = session.stack_file().values.get("azure-native:subscriptionId")
    subscription = given if isinstance(given, str) and given else SUBSCRIPTION
    found = machines.find(session.rehearsal.cloud, subscription)
    if json:
        typer.echo(machines.as_json(found))
    elif found:
        # Piped, the table is as wide as it needs to be.
        width = None if sys.stdout.isatty() else 240
        Console(highlight=False, markup=False, emoji=False, width=width).print(machines.table(found))
    else:
        typer.echo(
            f"There is no virtual machine in subscription {subscription} of {session.rehearsal.cloud}.\n"
            f"`python -m azure_sandbox up --stack {stack}` makes those that the stack asks for."
        )


@app.command()
def export(
    *,
    stack: Stack,
    cwd: Cwd = HERE,
    sandbox: Sandbox = None,
    backend: Backend = None,
    file: Annotated[Path | None, typer.Option(help="Where to write it; standard output if left out.")] = None,
    show_secrets: ShowSecrets = False,
) -> None:
    """Print the state of the stack, in the form that `pulumi stack import` takes."""
    session = start(cwd, stack, sandbox, backend)
    if not session.store.exists():
        raise _no_stack(stack)
    text = session.store.export(show_secrets=show_secrets)
    if file is None:
        typer.echo(text)
        return
    try:
        file.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise CommandError(f"--file {file}: can't be written: {error.strerror}") from None


@app.command()
def cancel(stack: Stack, cwd: Cwd = HERE, sandbox: Sandbox = None, backend: Backend = None) -> None:
    """Take away the locks that an update which did not end has left."""
    session = start(cwd, stack, sandbox, backend)
    if session.outside:
        session.outside.check()
    store = session.store
    count = store.backend.unlock(store.reference)
    if not count and not store.exists():
        raise _no_stack(stack)
    typer.echo(f"{count} lock(s) of '{stack}' taken away" if count else f"no update of '{stack}' holds a lock")


@app.command("install-cli")
def install_cli(cwd: Cwd = HERE) -> None:
    """Install the official Pulumi CLI into .cli beside Pulumi.yaml, with the SDK's own installer."""
    from .engine import project  # noqa: PLC0415 - one name for the module and for nothing else here

    folder = engines.local_folder(project.find(cwd).parent)
    typer.echo(f"Installing the Pulumi CLI into {folder}")
    typer.echo(f"Installed {installer.install(folder)}")


def _operate(
    session: Session,
    wanted: Wanted,
    options: Options,
    verb: str,
    embedded: Callable[[EmbeddedEngine, Options], Exit],
) -> None:
    choice = _choose(session, wanted)
    typer.echo(str(choice), err=options.json)
    if session.outside:
        # Before anything is locked, and again once it is.
        session.outside.check()
        typer.echo(f"Backend: {session.outside.backend.url}", err=options.json)
    if choice.command:
        raise typer.Exit(_official(OfficialCli(choice.command, session), options, verb))
    # Imported here: the gRPC runtime is of no use to the official CLI's commands, and takes its time.
    from .engine.refusals import EngineError  # noqa: PLC0415
    from .engine.update import run_update  # noqa: PLC0415

    engine = EmbeddedEngine(session, run_update, Console(highlight=False, markup=False, emoji=False), _ask)
    try:
        raise typer.Exit(embedded(engine, options))
    except KeyboardInterrupt:
        raise CommandError(f"{verb} cancelled", Exit.CANCELLED) from None
    except EngineError as error:
        raise CommandError(str(error)) from None


def _choose(session: Session, wanted: Wanted) -> engines.Choice:
    if session.outside:
        return engines.for_outside(wanted)
    return engines.choose(wanted, session.project.root, session.environment)


def _official(cli: OfficialCli, options: Options, verb: str) -> int:
    runs_program = verb not in {"refresh", "destroy"}
    if not runs_program and not cli.session.store.exists():
        raise _no_stack(cli.session.stack)
    cli.prepare(create=runs_program)
    before = cli.session.store.load() if verb == "destroy" and not options.preview_only else None
    status = cli.run(verb, *_arguments(options, verb))
    after = cli.session.store.load() if before and status == 0 and not options.json else None
    if before and after:
        typer.echo("\n".join(kept.after_destroy(before, after)))
    return status


def _arguments(options: Options, verb: str) -> list[str]:
    flags = {
        "--json": options.json,
        "--yes": options.yes and verb != "preview",
        "--skip-preview": options.skip_preview,
        "--expect-no-changes": options.expect_no_changes,
        "--exclude-protected": options.exclude_protected,
        "--refresh": options.refresh,
        "--preview-only": options.preview_only,
        "--run-program": options.run_program,
        pending.CLEAR: options.clear_pending_creates,
        "--show-secrets": options.show_secrets,
    }
    arguments = [flag for flag, given in flags.items() if given]
    arguments += [f"--policy-pack={pack}" for pack in options.policy_packs]
    arguments += [f"--policy-pack-config={file.absolute()}" for file in options.policy_configs]
    return [*arguments, f"--parallel={options.parallel}"]


def _require_answer(*, yes: bool, skip_preview: bool, preview_only: bool | None = None) -> None:
    """Refuse what nobody could answer; `preview_only` is None where the command does not have it."""
    given = [name for name, value in (("--skip-preview", skip_preview), ("--yes", yes)) if value]
    if given and preview_only:
        raise CommandError(f"{given[0]} and --preview-only cannot be used together", Exit.CONFIGURATION)
    if not (given or preview_only or (sys.stdin.isatty() and sys.stdout.isatty())):
        ways = "--yes or --skip-preview" if preview_only is None else "--yes or --skip-preview or --preview-only"
        raise CommandError(
            f"{ways} must be passed in to proceed when running in non-interactive mode", Exit.CONFIGURATION
        )


def _ask(question: str) -> bool:
    return typer.confirm(question, default=False)


def _no_stack(stack: str) -> CommandError:
    return CommandError(f"no stack named '{stack}' found", Exit.STACK_NOT_FOUND)
