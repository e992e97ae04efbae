"""The alerts of a NAT gateway: what may be asked for, and how it is understood."""

from typing import NotRequired, TypedDict

from pulumi import Input

from .alert_rules import AlertsSpec, MuteSpec, alert_problems
from .errors import refuse
from .problems import Problem
from .reading import Arguments


class MuteArgs(TypedDict):
    """When nobody is told of the datapath, because machines are stopped then."""

    start: str
    """When it begins, as in `20:00`."""
    end: str
    """When it ends, as in `06:00`: on the next day where that is before the start."""
    time_zone: NotRequired[str]
    """The time zone of both, by its Windows name as in `W. Europe Standard Time`. Default: `UTC`."""
    days: NotRequired[list[str]]
    """The days of the week that it begins on, `Monday` to `Sunday`. Default: all."""


class EgressAlertsArgs(TypedDict):
    """What `EgressAlerts` takes."""

    resource_group_name: Input[str]
    """The resource group of the alerts and the action group."""
    gateway_id: Input[str]
    """The id of the NAT gateway, such as `NatEgress.gateway_id`."""
    address_count: int
    """How many public addresses the gateway has, 1 to 16. The threshold of all connections follows it."""
    busiest_share: NotRequired[float]
    """How many of all connections go to the busiest destination, more than 0 and at most 1. Default: 1, all."""
    attempts_per_minute: NotRequired[float]
    """How many connections are attempted at the peak. With it, failures that last are an alert of their own."""
    failure_share: NotRequired[float]
    """How many of the attempts may fail, over 15 minutes, before somebody is called. Default: 0.01."""
    emails: NotRequired[dict[str, Input[str]]]
    """E-mail addresses to tell, by a name of each."""
    webhooks: NotRequired[dict[str, Input[str]]]
    """Addresses that alerts are posted to, by a name of each. They begin with https://, and may hold a secret."""
    short_name: NotRequired[str]
    """How the action group of these is called in messages, up to 12 characters. Default: `nat-egress`."""
    action_group_ids: NotRequired[list[Input[str]]]
    """Ids of action groups that exist, to tell as well."""
    mute_datapath: NotRequired[MuteArgs]
    """When nobody is told of datapath and health, which fall where all machines are stopped. Default: never."""
    workbook: NotRequired[bool]
    """Make a workbook that draws the gateway's metrics beside the thresholds of the alerts. Default: False."""
    location: NotRequired[Input[str]]
    """The Azure region of the workbook; alerts are of no region. Default: the provider's, or that of the resource
    group."""
    tags: NotRequired[dict[str, Input[str]]]
    """Tags of all that is created."""


def read_alerts(subject: str, args: object) -> AlertsSpec:
    """Understand the arguments of `EgressAlerts`. Raises `InvalidArguments` with all that is wrong with them."""
    problems: list[Problem] = []
    arguments = Arguments(args, EgressAlertsArgs, problems)
    if arguments.usable and not arguments.given("address_count"):
        remedy = "Give the number of the gateway's public addresses."
        arguments.problem("address_count", None, "it is required", remedy)
    count, share = arguments.integer("address_count"), arguments.number("busiest_share")
    spec = AlertsSpec(
        resource_group_name=arguments.required_reference("resource_group_name", "Give the alerts' resource group."),
        gateway_id=arguments.required_reference("gateway_id", "Give the id of the gateway: NatEgress.gateway_id."),
        address_count=1 if count is None else count,
        busiest_share=1.0 if share is None else share,
        attempts_per_minute=arguments.number("attempts_per_minute"),
        failure_share=arguments.number("failure_share"),
        emails=arguments.named("emails"),
        webhooks=arguments.named("webhooks", secret=True),
        short_name=arguments.text("short_name"),
        action_group_ids=arguments.references("action_group_ids"),
        mute_datapath=_read_mute(arguments),
        workbook=arguments.flag("workbook", default=False),
        location=arguments.reference("location"),
        tags=arguments.tags("tags"),
    )
    refuse(subject, [*problems, *alert_problems(spec)])
    return spec


def _read_mute(arguments: Arguments) -> MuteSpec | None:
    mute = arguments.part("mute_datapath", MuteArgs)
    if mute is None:
        return None
    return MuteSpec(
        start=mute.required_text("start", "Write it as in 20:00.") or "",
        end=mute.required_text("end", "Write it as in 06:00.") or "",
        time_zone=mute.text("time_zone") or "UTC",
        days=mute.texts("days") or (),
    )
