"""The schema of the plugin, as far as it says more than the SDK reads off the types. Pure."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from . import bastion_rules, disks, images, inbound, limits, network_rules, routes, sizing_args

WORDS: Final[Mapping[tuple[str, str], tuple[str, tuple[str, ...]]]] = {
    ("NatEgress", "sku"): ("NatGatewaySku", limits.DEPLOYABLE_SKUS),
    ("NatEgress", "undersized"): ("Undersized", sizing_args.UNDERSIZED),
    ("RouteArgs", "nextHopType"): ("NextHopType", routes.NEXT_HOPS),
    ("SubnetArgs", "privateEndpointNetworkPolicies"): (
        "PrivateEndpointNetworkPolicies",
        network_rules.ENDPOINT_POLICIES,
    ),
    ("PrivateMachine", "os"): ("OperatingSystem", tuple(images.DEFAULT_IMAGES)),
    ("OsDiskArgs", "storage"): ("OsDiskStorage", disks.STORAGE),
    ("OsDiskArgs", "caching"): ("OsDiskCaching", disks.CACHING),
    ("InboundException", "protocol"): ("InboundProtocol", inbound.PROTOCOLS),
    ("BastionHost", "sku"): ("BastionSku", bastion_rules.SKUS),
}
"""Arguments that are one word of a few, and what their type is called; in Python they are text."""

SECRETS: Final = (("PrivateMachine", "adminPassword"), ("PrivateMachine", "customData"), ("EgressAlerts", "webhooks"))
"""Arguments that a program keeps secret from the first."""

_ARGS: Final = re.compile(r'(?<=:index:)(\w+)Args(?=")')


def finished(schema: str, translate: Callable[[str], str]) -> str:
    """Return `schema` with words and secrets marked as such, and with descriptions as editors show them.

    `translate` puts the names of arguments in a description into the words of the schema. The languages add `Args` to
    the types of arguments by themselves.
    """
    described = _described(_with_marks(json.loads(schema)), translate)
    return _ARGS.sub(r"\1", json.dumps(described))


def _with_marks(schema: Mapping[str, Any]) -> dict[str, Any]:
    prefix = f"{schema['name']}:index:"
    owners = {
        **{token: resource["inputProperties"] for token, resource in schema["resources"].items()},
        **{token: kind["properties"] for token, kind in schema["types"].items()},
    }
    types = dict(schema["types"])
    for (owner, key), (name, words) in WORDS.items():
        argument = owners[prefix + owner][key]
        del argument["type"]
        argument["$ref"] = f"#/types/{prefix}{name}"
        types[prefix + name] = {
            "type": "string",
            "description": argument["description"],
            "enum": [{"name": word, "value": word} for word in words],
        }
    for owner, key in SECRETS:
        owners[prefix + owner][key]["secret"] = True
    return {**schema, "types": types}


def _described(schema: Any, translate: Callable[[str], str]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(schema, list):
        return [_described(item, translate) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        # Indented text is code to Markdown.
        key: translate(inspect.cleandoc(value))
        if key == "description" and isinstance(value, str)
        else _described(value, translate)
        for key, value in schema.items()
    }
