"""The causes: one folder each, `causes/<family>/<id>/` with en.md, zh.md, phrases.yaml and experiment.py."""

from lossclinic_kb.causes.cause import Article, Cause, Profile, Snippet, Source
from lossclinic_kb.causes.experiment import Experiment
from lossclinic_kb.causes.load import load_cause, load_causes, load_experiment, load_profiles
from lossclinic_kb.causes.registry import CAUSES

__all__ = [
    "CAUSES",
    "Article",
    "Cause",
    "Experiment",
    "Profile",
    "Snippet",
    "Source",
    "load_cause",
    "load_causes",
    "load_experiment",
    "load_profiles",
]
