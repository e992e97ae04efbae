"""A stack's outputs as `pulumi stack output` prints them (`pkg/cmd/pulumi/stack/stack_output.go`)."""

from __future__ import annotations

import json
from typing import Any

from nat_egress.state.values import Properties

from .engine.display_json import plain_outputs
from .errors import CommandError


def render(values: Properties, name: str | None, *, as_json: bool, show_secrets: bool) -> str:
    """Return all outputs, or the one called `name`; CommandError where there is no such output."""
    shown = plain_outputs(values, show_secrets=show_secrets)
    if name is not None:
        if name not in shown:
            known = ", ".join(shown) or "none"
            raise CommandError(f"current stack does not have output property '{name}' (it has: {known})")
        return _json(shown[name]) if as_json else _text(shown[name])
    if as_json:
        return _json(shown)
    if not shown:
        return "No output values currently in this stack"
    width = max(len("OUTPUT"), *map(len, shown))
    rows = [("OUTPUT", "VALUE"), *((key, _text(value)) for key, value in shown.items())]
    return "\n".join(
        [f"Current stack outputs ({len(shown)}):", *(f"    {key:{width}}  {value}" for key, value in rows)]
    )


def _json(value: Any) -> str:  # noqa: ANN401 - JSON
    return json.dumps(value, indent=2, ensure_ascii=False)


def _text(value: Any) -> str:  # noqa: ANN401 - JSON
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)
