"""A policy pack in a process of its own, spoken to over the Analyzer protocol.

Mirrors pulumi/pulumi `pkg/resource/plugin/analyzer_plugin.go`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from google.protobuf import empty_pb2, struct_pb2
from nat_egress.state.model import ResourceState
from nat_egress.state.values import Properties
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from .events import PolicyFinding, PolicyRemediation, PolicySeverity, PolicySummary, PolicyViolation
from .goals import Goal
from .pack_names import pack_name
from .policy_config import LEVELS, PolicyDeclaration, PolicySettings, reconcile
from .properties import decode, encode
from .refusals import EngineError
from .request import UpdateRequest
from .rpc import Peer, RpcError, unless_unimplemented
from .urn import urn_name

_Level: TypeAlias = Literal["advisory", "mandatory", "remediate"]
_JUDGES: Final[Mapping[int, Literal["resource", "stack"]]] = {
    analyzer_pb2.POLICY_TYPE_RESOURCE: "resource",
    analyzer_pb2.POLICY_TYPE_STACK: "stack",
}
_SEVERITIES: Final[Mapping[int, PolicySeverity]] = {
    analyzer_pb2.POLICY_SEVERITY_LOW: "low",
    analyzer_pb2.POLICY_SEVERITY_MEDIUM: "medium",
    analyzer_pb2.POLICY_SEVERITY_HIGH: "high",
    analyzer_pb2.POLICY_SEVERITY_CRITICAL: "critical",
}


class PackAnalyzer:
    """A policy pack that is running."""

    def __init__(self, peer: Peer, folder: Path, version: str) -> None:
        self._peer = peer
        self._stub = analyzer_pb2_grpc.AnalyzerStub(peer.channel)
        self._folder = folder
        self._file_version = version
        self._info = analyzer_pb2.AnalyzerInfo()
        self._policies: list[PolicyDeclaration] = []
        """With the levels that they have for this update."""
        self._severities: dict[str, PolicySeverity] = {}

    @property
    def name(self) -> str:
        """The pack's name."""
        return str(self._info.name)

    @property
    def name_in_events(self) -> str:
        """The pack's name with its folder."""
        return pack_name(self.name, self._folder)

    @property
    def version(self) -> str:
        """The pack's version: that of PulumiPolicy.yaml where it has one."""
        return self._file_version or str(self._info.version)

    async def set_up(
        self, request: UpdateRequest, address: str, root: Path, settings: Mapping[str, PolicySettings] | None
    ) -> None:
        """Tell the pack about the stack and its own configuration; EngineError where that does not fit."""
        call, stub = self._peer.call, self._stub
        folder = str(root)
        await unless_unimplemented(
            call(
                stub.Handshake,
                analyzer_pb2.AnalyzerHandshakeRequest(
                    engine_address=address, root_directory=folder, program_directory=folder
                ),
            )
        )
        await unless_unimplemented(
            call(
                stub.ConfigureStack,
                analyzer_pb2.AnalyzerStackConfigureRequest(
                    stack=request.stack,
                    project=request.project.name,
                    organization=request.organization,
                    dry_run=request.kind == "preview",
                    config={key: value.text for key, value in request.config.items()},
                    config_secret_keys=[key for key, value in request.config.items() if value.secret],
                ),
            )
        )
        self._info = await call(stub.GetAnalyzerInfo, empty_pb2.Empty())
        self._policies = await self._configure(settings)
        self._severities = {policy.name: policy.severity for policy in self._policies}

    async def remediate(
        self, state: ResourceState, goal: Goal, provider: ResourceState | None
    ) -> tuple[Properties, list[PolicyFinding]]:
        """Return the inputs as the pack would have them, and what it did and could not judge."""
        answer = analyzer_pb2.RemediateResponse()
        # pulumi_policy 1.21, `policy.py`: a policy of any other level remediates nothing.
        if any(policy.level == "remediate" for policy in self._policies):
            question = _question(state, state.inputs, goal, provider, internal=True)
            answer = await unless_unimplemented(self._ask(self._stub.Remediate, question)) or answer
        inputs, found = state.inputs, list[PolicyFinding]()
        for item in answer.remediations:
            if item.diagnostic:
                found.append(self._violation(item, "advisory", item.diagnostic, state.urn))
            else:
                change = self._remediation(item, state.urn, inputs)
                found.append(change)
                inputs = change.after
        return inputs, [*found, self._summary("remediate", answer.remediations, answer.not_applicable, state.urn)]

    async def analyze(self, state: ResourceState, goal: Goal, provider: ResourceState | None) -> list[PolicyFinding]:
        """Return what the pack has against a resource."""
        answer = await self._ask(self._stub.Analyze, _question(state, state.inputs, goal, provider))
        found = [self._found(item, state.urn) for item in answer.diagnostics]
        return [*found, self._summary("analyze", answer.diagnostics, answer.not_applicable, state.urn)]

    async def analyze_stack(
        self, states: Sequence[tuple[ResourceState, Goal | None, ResourceState | None]]
    ) -> list[PolicyFinding]:
        """Return what the pack has against the stack as a whole."""
        request = analyzer_pb2.AnalyzeStackRequest(
            resources=[_resource(state, goal, provider) for state, goal, provider in states]
        )
        asked = self._ask(self._stub.AnalyzeStack, request)
        answer = await unless_unimplemented(asked) or analyzer_pb2.AnalyzeResponse()
        found = [self._found(item, item.urn) for item in answer.diagnostics]
        return [*found, self._summary("analyze_stack", answer.diagnostics, answer.not_applicable)]

    async def close(self) -> None:
        """End the pack's process."""
        await self._peer.close()

    async def _configure(self, settings: Mapping[str, PolicySettings] | None) -> list[PolicyDeclaration]:
        """Hand the pack its configuration, and return its policies with the levels that they have then."""
        policies = [
            PolicyDeclaration(
                policy.name,
                _level(policy.enforcementLevel),
                _schema(policy),
                _JUDGES.get(policy.policy_type, ""),
                _severity(policy.severity),
            )
            for policy in self._info.policies
        ]
        if not self._info.supportsConfig:
            if settings is not None:
                raise EngineError(f'policy pack "{self.name}" does not support config')
            return policies
        initial = {
            name: PolicySettings(_level(item.enforcementLevel), decode(item.properties))
            for name, item in self._info.initialConfig.items()
        }
        reconciled, errors = reconcile(policies, initial, settings or {})
        if errors:
            raise EngineError(f'validating policy config for "{self.name}" {self.version}:\n' + "\n".join(errors))
        if not reconciled:
            return policies
        config = {}
        for name, item in reconciled.items():
            properties = struct_pb2.Struct()
            properties.update(dict(item.properties))
            config[name] = analyzer_pb2.PolicyConfig(enforcementLevel=_level_number(item.level), properties=properties)
        await self._peer.call(self._stub.Configure, analyzer_pb2.ConfigureAnalyzerRequest(policyConfig=config))
        return [replace(policy, level=reconciled[policy.name].level) for policy in policies]

    async def _ask(self, method: Any, question: object) -> Any:  # noqa: ANN401 - each method answers with its own message
        try:
            return await self._peer.call(method, question)
        except RpcError as error:
            if error.unimplemented:
                raise
            raise EngineError(f'failed to run policy pack "{self.name}": {error}') from None

    def _found(self, item: analyzer_pb2.AnalyzeDiagnostic, urn: str) -> PolicyViolation:
        # What is still wrong after remediation is as bad as what must not be.
        shown: _Level = "advisory" if _level(item.enforcementLevel) == "advisory" else "mandatory"
        severity = _severity(item.severity) or self._severities.get(item.policyName, "")
        return replace(self._violation(item, shown, item.message, urn), severity=severity)

    def _violation(
        self, item: analyzer_pb2.AnalyzeDiagnostic | analyzer_pb2.Remediation, level: _Level, message: str, urn: str
    ) -> PolicyViolation:
        return PolicyViolation(
            policy_pack=item.policyPackName or self.name,
            policy_pack_version=self._file_version or item.policyPackVersion,
            policy=item.policyName,
            enforcement_level=level,
            message=message,
            urn=urn,
        )

    def _remediation(self, item: analyzer_pb2.Remediation, urn: str, before: Properties) -> PolicyRemediation:
        return PolicyRemediation(
            policy_pack=item.policyPackName or self.name,
            policy_pack_version=self._file_version or item.policyPackVersion,
            policy=item.policyName,
            urn=urn,
            before=before,
            after=decode(item.properties),
        )

    def _summary(
        self,
        asked: Literal["remediate", "analyze", "analyze_stack"],
        found: Iterable[analyzer_pb2.AnalyzeDiagnostic] | Iterable[analyzer_pb2.Remediation],
        not_applicable: Iterable[analyzer_pb2.PolicyNotApplicable],
        urn: str = "",
    ) -> PolicySummary:
        """Return which policies hold; one that has remediated does not (pulumi/pulumi `pkg/resource/analyzer`)."""
        judges = "stack" if asked == "analyze_stack" else "resource"
        failed = {item.policyName for item in found}
        enabled = {each.name for each in self._policies if each.judges in {"", judges} and each.level != "disabled"}
        passed = enabled - failed - {item.policy_name for item in not_applicable}
        return PolicySummary(asked, self.name, self.version, tuple(sorted(passed)), tuple(sorted(failed)), urn)


def _severity(number: int) -> PolicySeverity:
    return _SEVERITIES.get(number, "")


def _level(number: int) -> str:
    name: str = analyzer_pb2.EnforcementLevel.Name(number)  # type: ignore[arg-type]  # the stub wants its own int
    return name.lower()


def _level_number(level: str) -> Any:  # noqa: ANN401 - the stub wants its own int
    return analyzer_pb2.EnforcementLevel.Value(level.upper())


def _schema(policy: analyzer_pb2.PolicyInfo) -> dict[str, Any]:
    declared = decode(policy.configSchema.properties)
    return {
        "properties": {**declared, "enforcementLevel": {"type": "string", "enum": list(LEVELS)}},
        "required": list(policy.configSchema.required),
    }


def _question(
    state: ResourceState,
    properties: Properties,
    goal: Goal | None,
    provider: ResourceState | None,
    *,
    internal: bool = False,
) -> analyzer_pb2.AnalyzeRequest:
    return analyzer_pb2.AnalyzeRequest(
        urn=state.urn,
        type=state.type,
        name=urn_name(state.urn),
        properties=encode(properties if internal else _outward(properties)),
        options=_options(state, goal),
        provider=_provider(provider),
    )


def _resource(state: ResourceState, goal: Goal | None, provider: ResourceState | None) -> analyzer_pb2.AnalyzerResource:
    return analyzer_pb2.AnalyzerResource(
        urn=state.urn,
        type=state.type,
        name=urn_name(state.urn),
        properties=encode(_outward(state.outputs)),
        options=_options(state, goal),
        provider=_provider(provider),
        parent=state.parent,
        dependencies=state.dependencies,
        propertyDependencies={
            key: analyzer_pb2.AnalyzerPropertyDependencies(urns=urns)
            for key, urns in state.property_dependencies.items()
            if urns
        },
    )


def _outward(properties: Properties) -> Properties:
    return {key: value for key, value in properties.items() if not key.startswith("__")}


def _options(state: ResourceState, goal: Goal | None) -> analyzer_pb2.AnalyzerResourceOptions:
    delete_first = goal.delete_before_replace if goal is not None else None
    return analyzer_pb2.AnalyzerResourceOptions(
        protect=state.protect,
        ignoreChanges=state.ignore_changes,
        deleteBeforeReplace=bool(delete_first),
        deleteBeforeReplaceDefined=delete_first is not None,
        additionalSecretOutputs=state.additional_secret_outputs,
        aliases=state.aliases,
        customTimeouts=analyzer_pb2.AnalyzerResourceOptions.CustomTimeouts(**state.custom_timeouts),
        parent=state.parent,
    )


def _provider(state: ResourceState | None) -> analyzer_pb2.AnalyzerProviderResource | None:
    if state is None:
        return None
    return analyzer_pb2.AnalyzerProviderResource(
        urn=state.urn, type=state.type, name=urn_name(state.urn), properties=encode(_outward(state.inputs))
    )
