"""What a password becomes, and what a change of its inputs means.

As pulumi-terraform-bridge v3.137.0 plans it (`pkg/pf/tfbridge/provider_diff.go`): the old state is compared with what
the new inputs ask for. What replaces follows terraform-provider-random's plan modifiers (`internal/planmodifiers`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from azure_sandbox.provider.difference import Change, Difference, Kind
from azure_sandbox.provider.wire import UNKNOWN, Properties, Secret, Unknown, Value

from .generating import character_classes, generate
from .inputs import INPUTS, filled_in

ID: Final = "none"
"""The id of every password."""
_META: Final = '{"schema_version":"3"}'
"""What the bridge keeps of the state's form: version 3 of the resource's schema."""
_SECRETS: Final = ("bcryptHash", "result")
_PLAIN_KEY: Final = re.compile(r"[A-Za-z_]\w*")


def created(inputs: Properties) -> Properties:
    """Return the outputs of a new password."""
    properties = filled_in(inputs)
    result = generate(properties["length"], character_classes(properties))
    return hidden({**properties, "id": ID, "result": result, "__meta": _META})


def foreseen(inputs: Properties) -> Properties:
    """Return what is known of a password before it is made."""
    return {**filled_in(inputs), "id": UNKNOWN, "result": UNKNOWN}


def imported(password: str) -> Properties:
    """Return the outputs of a password that was made elsewhere; nothing is known of its rules."""
    length = len(password.encode())
    return hidden({**filled_in({"length": length}), "id": ID, "result": password, "__meta": _META})


def updated(state: Properties, inputs: Properties) -> Properties:
    """Return the outputs after a change that replaces nothing: the password is what it was."""
    kept = {name: value for name, value in state.items() if name not in INPUTS}
    return hidden({**kept, **filled_in(inputs)})


def hidden(outputs: Properties) -> Properties:
    """Return the outputs with what must never be seen marked as secret."""
    return {name: Secret(value) if name in _SECRETS else value for name, value in outputs.items()}


def diff(state: Properties, inputs: Properties) -> Difference:
    """Compare a password with what its new inputs ask for."""
    asked = filled_in(inputs)
    changed = [name for name in INPUTS if state.get(name) != asked.get(name)]
    replaces = tuple(name for name in changed if _replaces(name, state.get(name), asked.get(name)))
    changes: dict[str, Change] = {}
    for name in changed:
        for path, kind in _paths(name, state.get(name), asked.get(name)):
            changes[path] = Change(kind, name in replaces, from_inputs=False)
    return Difference(changes, tuple(changed), replaces, delete_before_replace=False)


def _replaces(name: str, old: Value, new: Value) -> bool:
    """Tell whether a change replaces the password: every one, but for those that mean nothing."""
    if name == "keepers":
        return bool((old or {}) != ({} if isinstance(new, Unknown) else new or {}))
    if name == "overrideSpecial":
        return not (isinstance(new, Unknown) or (new is None and old == ""))
    return True


def _paths(name: str, old: Value, new: Value) -> Iterator[tuple[str, Kind]]:
    if not (isinstance(old, dict) and isinstance(new, dict)):
        yield name, _kind(old, new)
        return
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            path = f"{name}.{key}" if _PLAIN_KEY.fullmatch(key) else f'{name}["{key}"]'
            yield path, _kind(old.get(key), new.get(key))


def _kind(old: Value, new: Value) -> Kind:
    if old is None:
        return "add"
    return "delete" if new is None else "update"
