"""The checks: one discriminating question per file, and one that goes through the leading causes."""

from lossclinic_kb.checks.check import Check, Outcome
from lossclinic_kb.checks.load import load_checks

__all__ = ["Check", "Outcome", "load_checks"]
