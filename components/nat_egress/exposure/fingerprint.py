"""What a finding is known by from one day to the next. Pure.

A fingerprint is made of the policy, the resource and the path. It stays the same when the stack is renamed, when
resources change places, among themselves or into a component, and when this package words a message anew.
"""

from __future__ import annotations

import hashlib
import json
from typing import Final

from .finding import Finding

_CHARACTERS: Final = 32
"""Of the hexadecimal digits of a SHA-256."""
_PARTS: Final = 4
"""Parts of a URN: with the stack, the project, the types of the resource and its parents, the name
(pulumi.com/docs/iac/concepts/resources/names, read 2026-11-25)."""


def resource_of(urn: str) -> str:
    """Return the project, type and name out of a URN: what does not change with the stack or with parents."""
    parts = urn.split("::", _PARTS - 1)
    if len(parts) < _PARTS:
        return urn
    _, project, types, name = parts
    return f"{project}::{types.rpartition('$')[2]}::{name}"


def name_of(urn: str) -> str:
    """Return the name of a resource, without its project, type and stack."""
    return urn.split("::", _PARTS - 1)[-1]


def fingerprint(finding: Finding) -> str:
    """Return what `finding` is known by."""
    return fingerprint_of(finding.policy, resource_of(finding.urn), finding.path)


def fingerprint_of(policy: str, resource: str, path: tuple[str, ...]) -> str:
    """Return what a finding of `policy` at `resource`, as `resource_of` names it, along `path` is known by."""
    text = json.dumps([policy, resource, *path], ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:_CHARACTERS]
