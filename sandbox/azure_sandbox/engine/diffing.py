"""How two sets of properties differ, and what a provider says of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeAlias

from nat_egress.state.values import Properties, Secret, Value, contains_secret

from .paths import Path, contains, format_path, parse_path

DiffKind: TypeAlias = Literal["add", "add-replace", "delete", "delete-replace", "update", "update-replace"]

INIT_ERROR_KEY: Final = "#initerror"
"""The place that stands for errors of initialization in replaceOnChanges (step_generator.go initErrorSpecialKey)."""

_INVERSE: Final[dict[DiffKind, DiffKind]] = {
    "add": "delete",
    "add-replace": "delete-replace",
    "delete": "add",
    "delete-replace": "add-replace",
}
_REPLACING: Final[dict[DiffKind, DiffKind]] = {
    "add": "add-replace",
    "delete": "delete-replace",
    "update": "update-replace",
}


@dataclass(frozen=True)
class PropertyDiff:
    """How one place of a resource's properties differs."""

    kind: DiffKind
    input_diff: bool = False
    """True where the difference is between inputs, false where it is between old state and new inputs."""

    @property
    def replaces(self) -> bool:
        """Whether this difference forces a replacement."""
        return self.kind.endswith("-replace")


@dataclass(frozen=True)
class Diff:
    """What changing a resource from its old state to new inputs means."""

    changes: Literal["unknown", "none", "some"]
    replace_keys: tuple[str, ...] = ()
    changed_keys: tuple[str, ...] = ()
    detailed: dict[str, PropertyDiff] | None = None
    delete_before_replace: bool = False

    @property
    def replaces(self) -> bool:
        """Whether the resource must be replaced."""
        return bool(self.replace_keys) or any(item.replaces for item in (self.detailed or {}).values())


NO_DIFF: Final = Diff("none")


@dataclass
class _Found:
    detailed: dict[str, PropertyDiff] = field(default_factory=dict)

    def add(self, path: Path, kind: DiffKind) -> None:
        self.detailed[format_path(path)] = PropertyDiff(kind, input_diff=True)


def inverted(diff: Diff) -> Diff:
    """Return `diff` as seen from the other side: what was added was deleted. It forces no replacement."""
    detailed = diff.detailed
    if detailed is not None:
        detailed = {path: replace(item, kind=_INVERSE.get(item.kind, item.kind)) for path, item in detailed.items()}
    return Diff(diff.changes, changed_keys=diff.changed_keys, detailed=detailed)


def deep_equal(one: Value, other: Value) -> bool:
    """Tell whether two values are the same; within objects a null is the same as nothing."""
    if isinstance(one, dict):
        return isinstance(other, dict) and all(
            deep_equal(one.get(key), other.get(key)) for key in one.keys() | other.keys()
        )
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(deep_equal, one, other))
    if isinstance(one, Secret):
        return isinstance(other, Secret) and deep_equal(one.value, other.value)
    if isinstance(one, bool) is not isinstance(other, bool):
        return False
    return bool(one == other)


def diff_inputs(old: Properties, new: Properties) -> Diff:
    """Return how `new` inputs differ from `old` ones, as the engine says it where a provider cannot."""
    found = _Found()
    changed = []
    for key in sorted(old.keys() | new.keys()):
        before = len(found.detailed)
        _compare((key,), old.get(key), new.get(key), found)
        if len(found.detailed) > before:
            changed.append(key)
    return Diff("some", changed_keys=tuple(changed), detailed=found.detailed) if changed else NO_DIFF


def _compare(path: Path, old: Value, new: Value, found: _Found) -> None:
    old, new = _unwrap(old), _unwrap(new)
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            _compare((*path, key), old.get(key), new.get(key), found)
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            if index >= len(old):
                found.add((*path, index), "add")
            elif index >= len(new):
                found.add((*path, index), "delete")
            else:
                _compare((*path, index), old[index], new[index], found)
    elif old is None and new is not None:
        found.add(path, "add")
    elif old is not None and new is None:
        found.add(path, "delete")
    elif not deep_equal(old, new):
        found.add(path, "update")


def _unwrap(value: Value) -> Value:
    while isinstance(value, Secret):
        value = value.value
    return value


def apply_replace_on_changes(diff: Diff, replace_on_changes: Iterable[str], *, has_init_errors: bool) -> Diff:
    """Return `diff` with the changes at the places of `replace_on_changes` made replacements."""
    paths = [parse_path(text) for text in replace_on_changes]
    if (diff.changes != "some" and not has_init_errors) or not paths:
        return diff

    def named(text: str) -> bool:
        return any(contains(path, parse_path(text)) for path in paths)

    detailed = diff.detailed
    if detailed is not None:
        detailed = {
            text: replace(item, kind=_REPLACING.get(item.kind, item.kind)) if named(text) else item
            for text, item in detailed.items()
        }
    keys = dict.fromkeys(diff.replace_keys) | dict.fromkeys(filter(named, diff.changed_keys))
    changes = diff.changes
    if has_init_errors and named(INIT_ERROR_KEY):
        keys[INIT_ERROR_KEY] = None
        changes = "some"
        if detailed is not None:
            detailed[INIT_ERROR_KEY] = PropertyDiff("update-replace")
    return replace(diff, changes=changes, replace_keys=tuple(keys), detailed=detailed)


def mark_secrets(outputs: Properties, inputs: Properties) -> Properties:
    """Return `outputs` with what is secret in the inputs of the same name secret too.

    For providers that take no secrets. Objects are gone into; anything else becomes secret whole (provider_plugin.go
    annotateSecrets).
    """
    marked = dict(outputs)
    for key, given in inputs.items():
        if key not in marked:
            continue
        value = marked[key]
        if isinstance(value, dict) and isinstance(given, dict):
            marked[key] = mark_secrets(value, given)
        elif not isinstance(value, Secret) and contains_secret(given):
            marked[key] = Secret(value)
    return marked
