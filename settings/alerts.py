"""The alerts of the gateway in the stack file. What is left out has the component's default."""

from __future__ import annotations

from .model import Model


class Mute(Model):
    """When nobody is told of the datapath: times of the day, as in 20:00."""

    start: str
    end: str
    time_zone: str | None = None
    days: list[str] | None = None


class Alerts(Model):
    """The alerts, and whom they tell."""

    emails: dict[str, str] | None = None
    webhooks: dict[str, str] | None = None
    short_name: str | None = None
    action_group_ids: list[str] | None = None
    busiest_share: float | None = None
    attempts_per_minute: float | None = None
    failure_share: float | None = None
    mute_datapath: Mute | None = None
    workbook: bool | None = None
