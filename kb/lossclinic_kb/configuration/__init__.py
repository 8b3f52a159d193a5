"""What facts about a run say of its causes: one rule per line of experience, each with its sentence."""

from __future__ import annotations

from lossclinic_kb.configuration import (
    batches,
    frameworks,
    networks,
    optimisers,
    precision,
    rates,
    regularisation,
    tasks,
)
from lossclinic_kb.configuration.rule import STRONG, Rule
from lossclinic_kb.facts import Facts

__all__ = ["RULES", "STRONG", "Rule", "fitting_rules"]

RULES: tuple[Rule, ...] = (
    *tasks.RULES,
    *frameworks.RULES,
    *rates.RULES,
    *optimisers.RULES,
    *regularisation.RULES,
    *precision.RULES,
    *batches.RULES,
    *networks.RULES,
)
"""The rules, each with its reason in its sentence. Factors are judgements: 3 leans, 8 nearly says it, `STRONG` says it."""


def fitting_rules(facts: Facts) -> tuple[Rule, ...]:
    """Return the rules whose condition the facts meet."""
    return tuple(rule for rule in RULES if rule.fits(facts))
