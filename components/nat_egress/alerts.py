"""The component `EgressAlerts`: what tells that a NAT gateway is at its limits, or ill."""

import pulumi
from pulumi import Output, ResourceOptions
from pulumi_azure_native import alertsmanagement, applicationinsights, monitor

from . import gateway_metrics, workbook
from .alert_args import EgressAlertsArgs, read_alerts
from .alert_rules import (
    DATAPATH,
    DEFAULT_SHORT_NAME,
    RESOURCE_HEALTH,
    AlertsSpec,
    MetricRule,
    MuteSpec,
    action_group_id_problems,
    gateway_id_problems,
    metric_rules,
)
from .component import by_key, component_options, subject_of, without_dependencies
from .errors import refuse

_LOCATION = "global"


class EgressAlerts(pulumi.ComponentResource):
    """The alerts of a NAT gateway, with thresholds that follow its size, and an action group that they tell.

    Microsoft's recommended ones: the datapath's availability, failed connections, the gateway's health. Those of Azure
    Monitor Baseline Alerts: dropped packets, connections in all, bytes. And one to be called for: failures that last.

    Azure changes all of them in place; an alert of a gateway that has been replaced follows its successor.

    Raises `InvalidArguments`, before anything is registered, with all that is wrong with the arguments.
    """

    alert_ids: Output[dict[str, str]]
    """The ids of the alerts by what they tell of, such as `failed-connections`."""
    action_group_ids: Output[list[str]]
    """The ids of the action groups that they tell: the created one, then those that were given."""
    muting_rule_id: Output[str]
    """The id of the rule that mutes the datapath, "" where nothing does."""
    workbook_id: Output[str]
    """The id of the workbook, "" where there is none."""

    def __init__(self, name: str, args: EgressAlertsArgs, opts: ResourceOptions | None = None) -> None:
        spec = read_alerts(f"EgressAlerts {name!r}", args)
        super().__init__(
            "nat-egress:index:EgressAlerts",
            name,
            {},
            component_options("EgressAlerts", name, None, opts, keep_version_aliases=False),
        )
        gateway_id = Output.from_input(spec.gateway_id).apply(self._checked)
        groups = [Output.from_input(group).apply(self._checked_group) for group in spec.action_group_ids]
        if spec.receives:
            groups = [self._action_group(spec).id, *groups]
        rules = metric_rules(spec)
        alerts = {rule.key: self._metric_alert(rule, gateway_id, groups, spec).id for rule in rules}
        alerts[RESOURCE_HEALTH] = self._health_alert(gateway_id, groups, spec).id
        muting = None
        if spec.mute_datapath:
            muted = [alerts[DATAPATH], alerts[RESOURCE_HEALTH]]
            muting = self._muting_rule(spec.mute_datapath, gateway_id, muted, spec)
        self.alert_ids = by_key(alerts)
        self.action_group_ids = Output.all(*groups)
        self.muting_rule_id = muting.id if muting else Output.from_input("")
        self.workbook_id = self._workbook(rules, gateway_id, spec).id if spec.workbook else Output.from_input("")
        self.register_outputs(
            {
                "alertIds": self.alert_ids,
                "actionGroupIds": self.action_group_ids,
                "mutingRuleId": self.muting_rule_id,
                "workbookId": self.workbook_id,
            }
        )

    def _action_group(self, spec: AlertsSpec) -> monitor.ActionGroup:
        return monitor.ActionGroup(
            self.pulumi_resource_name,
            resource_group_name=spec.resource_group_name,
            location=_LOCATION,
            group_short_name=spec.short_name or DEFAULT_SHORT_NAME,
            enabled=True,
            email_receivers=[
                monitor.MicrosoftCommonEmailReceiverArgs(name=name, email_address=address, use_common_alert_schema=True)
                for name, address in spec.emails.items()
            ],
            webhook_receivers=[
                monitor.WebhookReceiverArgs(name=name, service_uri=address, use_common_alert_schema=True)
                for name, address in spec.webhooks.items()
            ],
            tags=spec.tags or None,
            opts=ResourceOptions(parent=self),
        )

    def _metric_alert(
        self, rule: MetricRule, gateway_id: Output[str], groups: list[Output[str]], spec: AlertsSpec
    ) -> monitor.MetricAlert:
        dimension = monitor.MetricDimensionArgs(name=rule.dimension or "", operator="Include", values=list(rule.values))
        return monitor.MetricAlert(
            self._child(rule.key),
            resource_group_name=spec.resource_group_name,
            location=_LOCATION,
            description=rule.description,
            severity=rule.severity,
            enabled=True,
            scopes=[gateway_id],
            evaluation_frequency="PT1M",
            window_size=f"PT{rule.window_minutes}M",
            criteria=monitor.MetricAlertSingleResourceMultipleMetricCriteriaArgs(
                odata_type="Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
                all_of=[
                    monitor.MetricCriteriaArgs(
                        criterion_type="StaticThresholdCriterion",
                        name=rule.key,
                        metric_namespace=gateway_metrics.NAMESPACE,
                        metric_name=rule.metric,
                        time_aggregation=rule.aggregation,
                        operator=rule.operator,
                        threshold=rule.threshold,
                        dimensions=[dimension] if rule.dimension else None,
                    )
                ],
            ),
            actions=[monitor.MetricAlertActionArgs(action_group_id=group) for group in groups],
            tags=spec.tags or None,
            opts=ResourceOptions(parent=self),
        )

    def _health_alert(
        self, gateway_id: Output[str], groups: list[Output[str]], spec: AlertsSpec
    ) -> monitor.ActivityLogAlert:
        return monitor.ActivityLogAlert(
            self._child(RESOURCE_HEALTH),
            resource_group_name=spec.resource_group_name,
            location=_LOCATION,
            description="The health of the NAT gateway has changed.",
            enabled=True,
            scopes=[gateway_id],
            condition=monitor.AlertRuleAllOfConditionArgs(
                all_of=[monitor.AlertRuleAnyOfOrLeafConditionArgs(field="category", equals="ResourceHealth")]
            ),
            actions=monitor.ActionListArgs(
                action_groups=[monitor.ActionGroupArgs(action_group_id=group) for group in groups]
            ),
            tags=spec.tags or None,
            opts=ResourceOptions(parent=self),
        )

    def _muting_rule(
        self, mute: MuteSpec, gateway_id: Output[str], alerts: list[Output[str]], spec: AlertsSpec
    ) -> "alertsmanagement.AlertProcessingRuleByName":
        start, end = f"{mute.start}:00", f"{mute.end}:00"
        return alertsmanagement.AlertProcessingRuleByName(
            self._child("muted"),
            resource_group_name=spec.resource_group_name,
            location=_LOCATION,
            properties=alertsmanagement.AlertProcessingRulePropertiesArgs(
                description="Nobody is told of the datapath of the NAT gateway while its machines are stopped.",
                enabled=True,
                scopes=[gateway_id],
                conditions=[alertsmanagement.ConditionArgs(field="AlertRuleId", operator="Equals", values=alerts)],
                actions=[alertsmanagement.RemoveAllActionGroupsArgs(action_type="RemoveAllActionGroups")],
                schedule=alertsmanagement.ScheduleArgs(
                    time_zone=mute.time_zone,
                    recurrences=[
                        alertsmanagement.WeeklyRecurrenceArgs(
                            recurrence_type="Weekly", days_of_week=list(mute.days), start_time=start, end_time=end
                        )
                        if mute.days
                        else alertsmanagement.DailyRecurrenceArgs(
                            recurrence_type="Daily", start_time=start, end_time=end
                        )
                    ],
                ),
            ),
            tags=spec.tags or None,
            opts=ResourceOptions(parent=self),
        )

    def _workbook(
        self, rules: list[MetricRule], gateway_id: Output[str], spec: AlertsSpec
    ) -> "applicationinsights.Workbook":
        identity = Output.all(without_dependencies(self.urn), spec.resource_group_name)
        return applicationinsights.Workbook(
            self._child("workbook"),
            resource_name_=identity.apply(lambda both: workbook.workbook_name(*both)),
            resource_group_name=spec.resource_group_name,
            location=spec.location,
            kind="shared",
            category=workbook.CATEGORY,
            display_name=gateway_id.apply(workbook.workbook_title),
            description="The metrics of the NAT gateway, beside the thresholds of its alerts.",
            source_id=gateway_id.apply(str.lower),  # azurerm takes no upper case here
            version=workbook.VERSION,
            serialized_data=gateway_id.apply(lambda id_: workbook.workbook_content(id_, rules)),
            tags=spec.tags or None,
            opts=ResourceOptions(parent=self),
        )

    def _child(self, key: str) -> str:
        return f"{self.pulumi_resource_name}-{key}"

    def _checked(self, text: str) -> str:
        refuse(subject_of(self), gateway_id_problems(text))
        return text

    def _checked_group(self, text: str) -> str:
        refuse(subject_of(self), action_group_id_problems("action_group_ids", text))
        return text
