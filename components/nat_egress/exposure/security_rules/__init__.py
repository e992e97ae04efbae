"""Security rules: what of the internet they let in, however it is spelt. Pure.

A security group's rules are read (`read_rule`), held against each other (`openings`) and judged (`rule_findings`).
"""

from .addresses import EVERYWHERE, read_places
from .evaluation import Opening, admin_openings, openings
from .findings import Accepted, rule_findings
from .intervals import Intervals
from .rule import SecurityRule, read_rule

__all__ = [
    "EVERYWHERE",
    "Accepted",
    "Intervals",
    "Opening",
    "SecurityRule",
    "admin_openings",
    "openings",
    "read_places",
    "read_rule",
    "rule_findings",
]
