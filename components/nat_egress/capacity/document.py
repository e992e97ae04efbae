"""The answer as plain values for JSON. docs/capacity.md says what each key means; `VERSION` changes when one does."""

from __future__ import annotations

from typing import Any

from .. import limits
from .answer import Answer, Limit, Situation, Sized
from .blocking import Blocking
from .layouts import Layout

VERSION = 1

Document = dict[str, Any]


def document_of(answer: Answer) -> Document:
    """Return an answer as mappings, lists, numbers, texts and None."""
    return {
        "version": VERSION,
        "addresses": answer.addresses,
        "addresses_pooled": answer.addresses_pooled,
        "addresses_no_reuse": answer.addresses_no_reuse,
        "attempts_per_s": answer.attempts_per_s,
        "busiest_share": answer.busiest_share,
        "addresses_deployed": answer.deployed,
        "snat_ports": limits.snat_ports(answer.deployed),
        "enough": answer.enough,
        "layouts": [_layout(layout) for layout in answer.layouts],
        "processing_usd_per_month": answer.processing_usd_per_month,
        "binding": answer.binding.name,
        "limits": [_limit(limit) for limit in answer.limits],
        "destinations": [_destination(sized) for sized in answer.destinations],
        "zones": [
            {
                "zone": zone.zone,
                "share": zone.share,
                "addresses": zone.addresses,
                "addresses_one_lost": zone.addresses_one_lost,
                "layouts": [_layout(layout) for layout in zone.layouts],
            }
            for zone in answer.zones
        ],
        "advice": [
            {"what": one.what, "how": one.how, "addresses": one.addresses, "enough": one.enough}
            for one in answer.advice
        ],
    }


def _layout(layout: Layout) -> Document:
    return {
        "gateways": layout.gateways,
        "prefix_lengths": list(layout.prefix_lengths),
        "single_addresses": layout.single_addresses,
        "addresses": layout.addresses,
        "usd_per_month": round(layout.usd_per_month, 2),
    }


def _limit(limit: Limit) -> Document:
    return {
        "name": limit.name,
        "destination": limit.destination,
        "used": limit.used,
        "usable": limit.usable,
        "documented": limit.documented,
        "room": limit.room,
    }


def _destination(sized: Sized) -> Document:
    return {
        "name": sized.name,
        "rate_per_s": sized.rate_per_s,
        "ports": sized.load.ports,
        "open_connections": sized.load.open,
        "target": sized.target,
        "addresses": sized.addresses,
        "addresses_pooled": sized.addresses_pooled,
        "blocking": _blocking(sized.blocking),
        "blocking_pooled": _blocking(sized.blocking_pooled),
        "failed_attempts": sized.retries.attempts,
        "failed_calls": sized.retries.calls,
        "restart": _situation(sized.restart) if sized.restart else None,
        "outage": _situation(sized.outage),
        "source_ports_per_machine": sized.source_ports,
    }


def _situation(situation: Situation) -> Document:
    return {
        "ports": situation.ports,
        "open_connections": situation.open,
        "addresses": situation.addresses,
        "blocking": _blocking(situation.blocking),
    }


def _blocking(blocking: Blocking) -> Document:
    return {"at_least": blocking.at_least, "at_most": blocking.at_most}
