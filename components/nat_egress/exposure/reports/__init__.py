"""Reports over what was found: as text, JSON, SARIF and JUnit. Pure."""

from .report import Outcome, Report, report_of

__all__ = ["Outcome", "Report", "report_of"]
