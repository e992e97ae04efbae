"""Pulumi's generated protocol modules, without the SDK around them.

`import pulumi` takes most of a second, as it loads the whole SDK; the generated modules refer to each other by relative
imports only, so they load on their own in a tenth of that. Messages are the same classes either way.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final

_PACKAGE: Final = "azure_sandbox.provider._pulumi_proto"


def _load() -> tuple[ModuleType, ...]:
    pulumi = find_spec("pulumi")
    if pulumi is None or not pulumi.submodule_search_locations:
        raise ModuleNotFoundError("the pulumi package is not installed")
    folder = Path(pulumi.submodule_search_locations[0], "runtime", "proto")
    package = ModuleType(_PACKAGE)
    package.__path__ = [str(folder)]
    sys.modules[_PACKAGE] = package
    return tuple(
        import_module(f"{_PACKAGE}.{name}")
        for name in ("plugin_pb2", "provider_pb2", "provider_pb2_grpc", "status_pb2")
    )


if TYPE_CHECKING:
    from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2
else:
    plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2 = _load()

__all__ = ["plugin_pb2", "provider_pb2", "provider_pb2_grpc", "status_pb2"]
