"""Symptoms: named, visible properties of a run, each found by one detector."""

from lossclinic_kb.symptoms.detect import detect_all, facts_of, facts_of_run
from lossclinic_kb.symptoms.finding import Finding, State, absent, not_observable
from lossclinic_kb.symptoms.registry import SYMPTOMS, Detector

__all__ = [
    "SYMPTOMS",
    "Detector",
    "Finding",
    "State",
    "absent",
    "detect_all",
    "facts_of",
    "facts_of_run",
    "not_observable",
]
