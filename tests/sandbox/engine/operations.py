"""Operations of random programs (random_programs.py), done on a stack of the embedded engine (conftest.py)."""

from azure_sandbox.engine.hooks import hooks_without_program

from tests.sandbox.engine.conftest import Ran
from tests.sandbox.engine.random_programs import render

KINDS = {"preview": "preview", "up": "update", "destroy": "destroy"}


def run(stack, operation, *, serial):
    """Do one operation and return what the embedded engine told of it."""
    stack.environment.pop("SCRIPTED_CLOUD", None)
    if operation.program:
        stack.write(render(operation.program, serial=serial))
    if operation.kind == "refresh":
        return stack.refresh(operation.drift, look_only=operation.look_only)
    options = {"look_only": operation.look_only, "exclude_protected": operation.exclude_protected}
    refused = operation.kind == "destroy" and hooks_without_program(stack.snapshot.resources)
    if refused or not operation.refresh:
        return stack.run(KINDS[operation.kind], **options)
    first = stack.refresh(operation.drift, look_only=operation.preview, goes_on=True)
    if not first.result.succeeded:
        return first
    second = stack.run(KINDS[operation.kind], snapshot=first.result.snapshot, **options)
    events, saves = [*first.events, *second.events], [*first.saves, *second.saves]
    return Ran(second.result, events, saves, [*first.calls, *second.calls])
