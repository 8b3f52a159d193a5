"""A check: one question whose answer tells causes apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from lossclinic_kb.errors import InputError
from lossclinic_kb.text import Text
from lossclinic_kb.words import PROBABILITY, Word


@dataclass(frozen=True)
class Outcome:
    """One possible answer.

    Attributes:
        says: How often it is the answer, for the causes that the check is about.
        others: The same for all other causes.
    """

    id: str
    title: Text
    says: Mapping[str, Word]
    others: Word


@dataclass(frozen=True)
class Check:
    """One discriminating check.

    Attributes:
        question: What the person is asked.
        how: How to do it.
        minutes: What it costs.
        code: PyTorch code that does it, or "".
        settled_by: Symptoms; where a log can show one of them, it has answered the question already.
        restates: Groups of statements that say in other words what an answer says; beside one they count no more.
    """

    id: str
    title: Text
    question: Text
    how: Text
    minutes: float
    code: str
    outcomes: tuple[Outcome, ...]
    settled_by: tuple[str, ...] = ()
    restates: tuple[str, ...] = ()

    def outcome(self, outcome: str) -> Outcome:
        """Return the outcome with this id.

        Raises:
            InputError: The check has no such outcome.
        """
        for each in self.outcomes:
            if each.id == outcome:
                return each
        known = ", ".join(each.id for each in self.outcomes)
        raise InputError(f"{self.id} has no outcome {outcome!r}; known: {known}")

    def likelihood(self, outcome: str, cause: str) -> float:
        """Return P(outcome | cause); over the outcomes of a check these sum to 1."""
        return self.likelihoods(cause)[outcome]

    def likelihoods(self, cause: str) -> Mapping[str, float]:
        """Return P(outcome | cause) by outcome; worked out once, as choosing the next check asks for all of them."""
        known = self._likelihoods.get(cause)
        if known is None:
            chances = {each.id: PROBABILITY[each.says.get(cause, each.others)] for each in self.outcomes}
            total = sum(chances.values())
            known = self._likelihoods[cause] = {
                outcome: chance / total for outcome, chance in chances.items()
            }
        return known

    @cached_property
    def _likelihoods(self) -> dict[str, Mapping[str, float]]:
        return {}
