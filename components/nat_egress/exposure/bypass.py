"""What goes past the rules: templates, scripts, and resources of types that they do not know."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from ..graph import kinds, templates, tokens
from ..graph.resource import Declared
from ..graph.values import MISSING, UNKNOWN, Value, given, peek, strings, text
from .finding import Finding, Verdict

Rules = Callable[[Declared], Iterator[Finding]]
"""The rules that decide by a resource of its own."""

_OPAQUE: Final = "opaque-deployment"
_REMEDY: Final = "Declare the resources in the program, where policies are shown them."

_TEMPLATES: Final = {
    "azure-native:resources:Deployment": ("properties",),
    "azure-native:resources:DeploymentAtManagementGroupScope": ("properties",),
    "azure-native:resources:DeploymentAtScope": ("properties",),
    "azure-native:resources:DeploymentAtSubscriptionScope": ("properties",),
    "azure-native:resources:DeploymentAtTenantScope": ("properties",),
    "azure-native:resources:DeploymentStackAtManagementGroup": (),
    "azure-native:resources:DeploymentStackAtResourceGroup": (),
    "azure-native:resources:DeploymentStackAtSubscription": (),
    "azure:core/resourceGroupTemplateDeployment:ResourceGroupTemplateDeployment": (),
    "azure:core/subscriptionTemplateDeployment:SubscriptionTemplateDeployment": (),
    "azure:management/groupTemplateDeployment:GroupTemplateDeployment": (),
}
"""What deploys templates, and where in the inputs the template stands."""

_SCRIPTS: Final = frozenset(
    {
        "azure-native:resources:AzureCliScript",
        "azure-native:resources:AzurePowerShellScript",
        "azure:core/resourceDeploymentScriptAzureCli:ResourceDeploymentScriptAzureCli",
        "azure:core/resourceDeploymentScriptAzurePowerShell:ResourceDeploymentScriptAzurePowerShell",
        "azure-native:solutions:Application",
        "azure:managedapplication/application:Application",
        "pulumi-nodejs:dynamic:Resource",
        "pulumi-python:dynamic:Resource",
    }
)
"""What may do anything at all."""

_GENERIC: Final = re.compile(r"azure-native:resources:Resource|azapi:.*")
"""What makes a resource of any type, as Azure has it."""

_COMMANDS: Final = frozenset({"command:local:Command", "command:remote:Command", "command:local:run"})
_TOOLS: Final = re.compile(
    r"(?i)(^|[^\w.-])(az|azd|terraform|tofu|pulumi|bicep|new-az\w+|set-az\w+|add-az\w+|update-az\w+)(\s|$)"
    r"|management\.azure\.com"
)
"""What a command reaches Azure with."""

_AZURE: Final = ("azure-native:", "azure-native_", "azure:", "azapi:")
_EXPOSING: Final = re.compile(
    r"(?i)^(publicIPAddress(Configuration|Id|es)?|publicIPPrefix|enableNodePublicIp|publicIpAddressIds?)$"
)

_PUBLIC_BY_NATURE: Final = frozenset(
    f"network:{name}"
    for name in (
        "DdosCustomPolicy",
        "P2sVpnGateway",
        "RouteServer",
        "VirtualHub",
        "VirtualHubIpConfiguration",
        "VirtualRouter",
        "VpnGateway",
    )
)
"""What has a public address, and no machine behind it."""
_CLASSIC_NETWORK: Final = ("azure:batch/", "azure:compute/", "azure:containerservice/", "azure:lb/", "azure:network/")
"""Modules of the classic provider in which machines and networks are."""


def of_resource(resource: Declared, rules: Rules) -> Iterator[Finding]:
    """Find what a resource deploys past the policies; what it holds is judged by `rules`."""
    token = tokens.unversioned(resource.token)
    if token in _TEMPLATES:
        yield from _template(resource, _TEMPLATES[token], rules)
    elif token in _SCRIPTS:
        yield _finding(resource, Verdict.WARN, f"{resource.name} runs what no policy is shown ({token})")
    elif token in _COMMANDS:
        yield from _command(resource)
    elif _GENERIC.fullmatch(token):
        yield from _generic(resource, rules)
    else:
        yield from _unknown_type(resource)


def _template(resource: Declared, path: tuple[str, ...], rules: Rules) -> Iterator[Finding]:
    node = peek(resource.inputs, *path)
    given_as = peek(node, "template") if peek(node, "template") is not MISSING else peek(node, "templateContent")
    template = templates.read(given_as)
    if template is UNKNOWN:
        what = f"The deployment {resource.name} has a template that policies are not shown, or cannot read"
        yield _finding(resource, Verdict.WARN, what)
        return
    try:
        found = list(templates.resources(resource, template))
    except RecursionError:
        found = [None]
    yield from _judged(resource, [one for one in found if one is not None], rules, unreadable=None in found)


def _generic(resource: Declared, rules: Rules) -> Iterator[Finding]:
    kind = text(resource.inputs, "type")
    if kind is MISSING:
        parts = [text(resource.inputs, key) for key in ("resourceProviderNamespace", "resourceType")]
        kind = "/".join(str(part) for part in parts) if all(isinstance(part, str) for part in parts) else UNKNOWN
    if not isinstance(kind, str):
        yield _finding(resource, Verdict.WARN, f"{resource.name} is a resource of a type that is not known")
        return
    body = templates.read(peek(resource.inputs, "body"))
    node = body if isinstance(body, Mapping) else resource.inputs
    unreadable = body is UNKNOWN and given(resource.inputs, "body") is not False
    inner = templates.resource(resource, kind.partition("@")[0], dict(node))
    yield from _judged(resource, [inner], rules, unreadable=unreadable and inner.kind in kinds.KINDS)


def _judged(resource: Declared, inside: list[Declared], rules: Rules, *, unreadable: bool) -> Iterator[Finding]:
    found = [finding for one in inside for finding in rules(one)]
    refused = [finding for finding in found if finding.verdict is Verdict.DENY]
    network = sorted({one.kind for one in inside if one.kind in kinds.KINDS})
    if refused:
        first = refused[0]
        what = f"The deployment {resource.name} holds what {first.policy} refuses: {first.what.removesuffix('.')}"
        yield Finding(
            _OPAQUE, Verdict.DENY, resource.urn, (*first.path, f"deployment {resource.name}"), f"{what}.", first.remedy
        )
    elif unreadable:
        yield _finding(
            resource, Verdict.WARN, f"The deployment {resource.name} holds resources that policies cannot read"
        )
    elif network:
        shown = ", ".join(network)
        yield _finding(resource, Verdict.WARN, f"The deployment {resource.name} holds parts of a network ({shown})")


def _command(resource: Declared) -> Iterator[Finding]:
    values = [resource.inputs.get(key, MISSING) for key in ("create", "update", "delete", "command", "stdin")]
    if any(_TOOLS.search(one) for value in values for one in strings(value)):
        yield _finding(resource, Verdict.WARN, f"The command {resource.name} changes Azure past the policies")
    elif UNKNOWN in values:
        yield _finding(resource, Verdict.UNDECIDABLE, f"The command {resource.name} is not known before the update")


def _unknown_type(resource: Declared) -> Iterator[Finding]:
    if resource.kind in kinds.KINDS or not resource.token.startswith(_AZURE):
        return
    meant = kinds.BY_SMALL_LETTERS.get(resource.kind.lower())
    if meant is not None:
        yield _unknown(resource, f"differs from azure-native:{meant} in its letters, so no policy looks at it")
    elif resource.token.startswith(_CLASSIC_NETWORK):
        yield _unknown(resource, "is of the classic provider, whose resources of this type no policy looks at")
    elif resource.kind not in _PUBLIC_BY_NATURE and (key := _exposing(resource.inputs)):
        yield _unknown(resource, f"is none that the policies know, and it has {key}")


def _exposing(node: Value) -> str:
    if isinstance(node, Mapping):
        for key, value in node.items():
            if isinstance(key, str) and _EXPOSING.match(key) and value not in (None, False, "", [], {}):
                return key
            if inner := _exposing(value):
                return inner
    elif isinstance(node, list):
        return next((found for item in node if (found := _exposing(item))), "")
    return ""


def _unknown(resource: Declared, what: str) -> Finding:
    return Finding(
        "unknown-type",
        Verdict.WARN,
        resource.urn,
        (),
        f"The type of {resource.name}, {resource.token}, {what}.",
        "Use the type of azure-native 3 that the policies know, as it is written there.",
    )


def _finding(resource: Declared, verdict: Verdict, what: str) -> Finding:
    return Finding(_OPAQUE, verdict, resource.urn, (), f"{what}.", _REMEDY)
