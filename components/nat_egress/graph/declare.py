"""From what a stack declares, as a source has it, to what rules read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from . import classic, tokens
from .resource import Declared
from .values import Value, text, understood


def declare(
    urn: str,
    token: str,
    inputs: Mapping[str, Value],
    *,
    outputs: Mapping[str, Value] | None = None,
    id: str = "",  # noqa: A002 - the word that everything else calls it by
    parent: str = "",
    dependencies: Sequence[str] = (),
    property_dependencies: Mapping[str, Sequence[str]] | None = None,
) -> Declared:
    """Return a resource, whatever its provider, in azure-native's words. Inputs may be signed, secret or unknown."""
    values = understood(dict(inputs))
    dependent = {key: tuple(urns) for key, urns in (property_dependencies or {}).items()}
    parsed = tokens.parse(token)
    kind = parsed.kind
    if parsed.provider is tokens.Provider.CLASSIC:
        kind, values, dependent = classic.reshaped(token, values, dependent)
    named = text(values, "azureApiVersion")
    return Declared(
        urn=urn,
        token=token,
        kind=kind,
        inputs=values,
        outputs=understood(dict(outputs or {})),
        api_version=parsed.api_version or (named if isinstance(named, str) else ""),
        id=id,
        parent=parent,
        dependencies=tuple(dependencies),
        property_dependencies=dependent,
    )
