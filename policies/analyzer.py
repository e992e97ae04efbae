"""Pulumi's Analyzer protocol over the rules of `nat_egress.exposure`.

The protocol itself, and not pulumi_policy on top of it, for three reasons. A finding has a level of its own here: under
one policy some are refused and some only shown, while a policy of pulumi_policy has one level for all it reports. Its
proxies end a policy, for the whole stack, at the first value that is not known before the update. And it reads each
resource once for each policy; here it is read once.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import grpc
from google.protobuf import empty_pb2, struct_pb2
from nat_egress.exposure import baseline_files, configuration, evaluate
from nat_egress.exposure.baseline import Coverage, Entry, InvalidBaseline
from nat_egress.exposure.configuration_reader import LEVEL
from nat_egress.exposure.exemptions import Exemption, exempt
from nat_egress.exposure.finding import Finding, Verdict
from nat_egress.exposure.inbound_exceptions import exemptions_of
from nat_egress.exposure.levels import level_of
from nat_egress.exposure.options_table import schema_of
from nat_egress.exposure.policies import POLICIES, Level, Policy
from nat_egress.exposure.reports import report_of
from nat_egress.exposure.reports.plain import plain
from nat_egress.graph.declare import declare
from nat_egress.graph.of_analyzer import decode
from nat_egress.graph.resource import Declared
from nat_egress.graph.values import Value
from nat_egress.state.backend import stack_in
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc, plugin_pb2
from report_files import InvalidReports, ReportFiles

NAME: Final = "nat-egress"
VERSION: Final = "0.1.0"

_MESSAGE_BYTES: Final = 1024 * 1024 * 400
"""The longest message, as in pulumi/pulumi `sdk/go/common/util/rpcutil/serve.go`."""
_WORKERS: Final = 4
_GRACE_SECONDS: Final = 1.0
_PARENT_CHECK_SECONDS: Final = 1.0

_NUMBERS: Final = {
    Level.DISABLED: analyzer_pb2.DISABLED,
    Level.ADVISORY: analyzer_pb2.ADVISORY,
    Level.MANDATORY: analyzer_pb2.MANDATORY,
}


class Pack(analyzer_pb2_grpc.AnalyzerServicer):
    """The pack, for one operation on one stack."""

    def __init__(self) -> None:
        self._stack = ""
        self._preview = False
        self._configuration = configuration.Configuration()
        self._baseline: Sequence[Entry] = ()
        self._coverage = Coverage(())
        self._reports = ReportFiles({})
        self._lock = threading.Lock()
        self._inputs: dict[str, dict[str, Value]] = {}
        """What Analyze has shown, by URN: a stack is shown with outputs, of which a preview knows few."""
        self._said: dict[Finding, None] = {}
        self._own: dict[Exemption, None] = {}
        """Exemptions that resources declare."""
        self._used: set[Exemption] = set()

    def GetAnalyzerInfo(  # noqa: N802 - the protocol's name
        self, _request: empty_pb2.Empty, _context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzerInfo:
        """Return the policies."""
        return analyzer_pb2.AnalyzerInfo(
            name=NAME,
            displayName="Private egress",
            version=VERSION,
            supportsConfig=True,
            policies=map(_information, POLICIES.values()),
        )

    def GetPluginInfo(  # noqa: N802 - the protocol's name
        self, _request: empty_pb2.Empty, _context: grpc.ServicerContext
    ) -> plugin_pb2.PluginInfo:
        """Return the version."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def Handshake(  # noqa: N802 - the protocol's name
        self, _request: analyzer_pb2.AnalyzerHandshakeRequest, _context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzerHandshakeResponse:
        """Take note of the engine, which is not needed."""
        return analyzer_pb2.AnalyzerHandshakeResponse()

    def ConfigureStack(  # noqa: N802 - the protocol's name
        self, request: analyzer_pb2.AnalyzerStackConfigureRequest, _context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzerStackConfigureResponse:
        """Take note of the stack, for reports: no rule depends on which it is."""
        self._stack = "/".join(filter(None, (request.organization, request.project, request.stack)))
        self._preview = request.dry_run
        return analyzer_pb2.AnalyzerStackConfigureResponse()

    def Configure(  # noqa: N802 - the protocol's name
        self, request: analyzer_pb2.ConfigureAnalyzerRequest, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Take over levels and settings; a mistake in them ends the operation."""
        document = {
            name: {LEVEL: _level_name(item.enforcementLevel), **decode(item.properties)}
            for name, item in request.policyConfig.items()
        }
        try:
            self._configuration = configuration.read(document, _today())
            self._baseline = baseline_files.of_configuration(self._configuration, Path())
            self._coverage = Coverage(self._baseline)
            self._reports = ReportFiles(os.environ)
        except (configuration.InvalidConfiguration, InvalidBaseline, InvalidReports) as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        return empty_pb2.Empty()

    def Analyze(  # noqa: N802 - the protocol's name
        self, request: analyzer_pb2.AnalyzeRequest, context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzeResponse:
        """Return what is found in a resource before it is made."""
        inputs = decode(request.properties)
        self._inputs[request.urn] = inputs
        resource = declare(request.urn, request.type, inputs, parent=request.options.parent)
        with self._lock:
            said = list(self._said_of(evaluate.of_resource(resource), [resource]))
            if not self._preview and any(one.enforcementLevel == analyzer_pb2.MANDATORY for one in said):
                # The update stops here, and does not come to judge the stack.
                self._write_reports(context)
        return analyzer_pb2.AnalyzeResponse(diagnostics=said)

    def AnalyzeStack(  # noqa: N802 - the protocol's name
        self, request: analyzer_pb2.AnalyzeStackRequest, context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzeResponse:
        """Return what is found in the stack as a whole, and in resources that were not shown one by one."""
        unseen = {item.urn for item in request.resources} - self._inputs.keys()
        resources = [self._declared(item) for item in request.resources]
        found = [finding for one in resources if one.urn in unseen for finding in evaluate.of_resource(one)]
        found += evaluate.of_network(resources, self._configuration)
        with self._lock:
            said = [*self._said_of(found, resources), *self._unused()]
            self._write_reports(context)
        return analyzer_pb2.AnalyzeResponse(diagnostics=said)

    def Remediate(  # noqa: N802 - the protocol's name
        self, _request: analyzer_pb2.AnalyzeRequest, _context: grpc.ServicerContext
    ) -> analyzer_pb2.RemediateResponse:
        """Change nothing."""
        return analyzer_pb2.RemediateResponse()

    def Cancel(  # noqa: N802 - the protocol's name
        self, _request: empty_pb2.Empty, _context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Go on: a question takes no time to speak of."""
        return empty_pb2.Empty()

    def _declared(self, item: analyzer_pb2.AnalyzerResource) -> Declared:
        inputs = self._inputs.get(item.urn)
        return declare(
            item.urn,
            item.type,
            decode(item.properties) if inputs is None else inputs,
            parent=item.parent,
            dependencies=item.dependencies,
            property_dependencies={key: found.urns for key, found in item.propertyDependencies.items()},
        )

    def _said_of(
        self, findings: Iterable[Finding], resources: Iterable[Declared]
    ) -> Iterator[analyzer_pb2.AnalyzeDiagnostic]:
        """Say what is found and was not said before, and which exemptions are used."""
        new = [finding for finding in dict.fromkeys(findings) if finding not in self._said]
        self._said.update(dict.fromkeys(new))
        today = _today()
        self._own.update(dict.fromkeys(exemptions_of(resources, today)))
        if not new:
            return
        exempted = exempt(new, [*self._own, *self._configuration.exemptions], today)
        counting, known = self._coverage.divide(exempted.findings)
        for finding in counting:
            undecidable = finding.verdict is Verdict.UNDECIDABLE
            message = f"Not decidable in this stack: {finding}" if undecidable else f"{finding}"
            level = level_of(finding, self._configuration.levels[finding.policy])
            yield from self._diagnostic(finding.policy, finding.urn, message, level)
        for finding in known:
            message = f"Known from the baseline: {finding}"
            yield from self._diagnostic(finding.policy, finding.urn, message, Level.ADVISORY)
        for use in exempted.uses:
            self._used.add(use.exemption)
            message = f"Exempt, {use.exemption}: {use.finding.what}"
            yield from self._diagnostic(use.finding.policy, use.finding.urn, message, Level.ADVISORY)

    def _write_reports(self, context: grpc.ServicerContext) -> None:
        if not self._reports.wanted:
            return
        # `pulumi policy analyze` does not say which stack it is.
        subject = self._stack or stack_in(next(iter(self._inputs), ""))
        report = report_of(
            subject, self._said, self._configuration, _today(), baseline=self._baseline, declared=self._own
        )
        try:
            self._reports.write(report)
        except InvalidReports as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))

    def _unused(self) -> Iterator[analyzer_pb2.AnalyzeDiagnostic]:
        """Say which exemptions of the configuration are for nothing in the stack."""
        for exemption in self._configuration.exemptions:
            if exemption not in self._used:
                message = f"Nothing in this stack needs the exemption {exemption}."
                yield from self._diagnostic(exemption.policy, "", message, Level.ADVISORY)

    def _diagnostic(self, name: str, urn: str, message: str, level: Level) -> Iterator[analyzer_pb2.AnalyzeDiagnostic]:
        policy = POLICIES[name]
        if self._configuration.levels[name] is not Level.DISABLED:
            yield analyzer_pb2.AnalyzeDiagnostic(
                policyName=name,
                policyPackName=NAME,
                policyPackVersion=VERSION,
                description=policy.description,
                message=plain(message),
                enforcementLevel=_NUMBERS[level],
                urn=urn,
                severity=_severity(policy),
            )


def serve(pack: Pack) -> None:
    """Serve `pack` until the process is told to end, or the engine is gone; the port is said on the first line."""
    parent = os.getppid()
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda _signal, _frame: ended.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server = grpc.server(
        ThreadPoolExecutor(_WORKERS),
        options=[("grpc.max_receive_message_length", _MESSAGE_BYTES), ("grpc.max_send_message_length", _MESSAGE_BYTES)],
    )
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(pack, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    while not ended.wait(_PARENT_CHECK_SECONDS) and os.getppid() == parent:
        pass
    server.stop(_GRACE_SECONDS).wait()


def _information(policy: Policy) -> analyzer_pb2.PolicyInfo:
    settings = struct_pb2.Struct()
    settings.update(schema_of(policy.name))
    return analyzer_pb2.PolicyInfo(
        name=policy.name,
        displayName=policy.title,
        description=policy.description,
        enforcementLevel=_NUMBERS[policy.level],
        severity=_severity(policy),
        remediation_steps=policy.remediation,
        configSchema=analyzer_pb2.PolicyConfigSchema(properties=settings),
    )


def _today() -> date:
    return datetime.now(UTC).date()


def _level_name(number: int) -> str:
    name: str = analyzer_pb2.EnforcementLevel.Name(number)  # type: ignore[arg-type]  # the stub wants its own int
    return name.lower()


def _severity(policy: Policy) -> Any:  # noqa: ANN401 - the stub wants its own int
    return analyzer_pb2.PolicySeverity.Value(f"POLICY_SEVERITY_{policy.severity.name}")
