"""Operations of random programs (random_programs.py), done on a stack of the embedded engine (conftest.py)."""

from tests.sandbox.engine.random_programs import render


def run(stack, operation, *, serial):
    """Do one operation and return what the embedded engine told of it."""
    stack.environment.pop("SCRIPTED_CLOUD", None)
    if operation.kind in {"preview", "up"}:
        stack.write(render(operation.program, serial=serial))
    if operation.kind == "preview":
        return stack.preview()
    if operation.kind == "up":
        return stack.up()
    if operation.kind == "refresh":
        return stack.refresh(operation.drift, look_only=operation.look_only)
    return stack.destroy(look_only=operation.look_only, exclude_protected=operation.exclude_protected)
