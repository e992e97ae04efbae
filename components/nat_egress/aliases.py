"""Spares the engine the aliases that azure-native gives every resource, one for each of its API versions.

They are up to 60 a resource, and each is worked out over several outputs: most of the time that a preview takes.
"""

from __future__ import annotations

import copy
import re
from typing import Final

from pulumi import Alias, ResourceTransformationArgs, ResourceTransformationResult

_VERSIONED_TYPE: Final = re.compile(r"azure-native:\w+/v\d{8}(preview)?:\w+")


def without_version_aliases(args: ResourceTransformationArgs) -> ResourceTransformationResult | None:
    """Drop the aliases of other API versions, and keep all that a user has given.

    A transformation, as `ResourceOptions.transformations` takes it: children inherit it, and it runs in the program,
    where the aliases are made.
    """
    if not args.opts.aliases:
        return None
    opts = copy.copy(args.opts)
    opts.aliases = [alias for alias in args.opts.aliases if not _of_version(alias)]
    return ResourceTransformationResult(args.props, opts)


def _of_version(alias: object) -> bool:
    """Tell whether `alias` changes nothing but the type, to that of an API version."""
    return (
        isinstance(alias, Alias)
        and alias.name is alias.parent is alias.stack is alias.project is ...  # type: ignore[comparison-overlap]  # nothing given
        and isinstance(alias.type_, str)
        and _VERSIONED_TYPE.fullmatch(alias.type_) is not None
    )
