"""One rule: what a stated fact says of the causes, and how its condition and its sentence are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lossclinic_kb.facts import HUGGING_FACE, Fact, Facts
from lossclinic_kb.text import Text, number

STRONG = 20.0
"""The factor of a setting with which hardly any training goes well, so that it is seldom stated without that fault."""


@dataclass(frozen=True)
class Rule:
    """If the facts fit, each cause named becomes so many times likelier (below 1: less likely)."""

    id: str
    fits: Callable[[Facts], bool]
    factors: Mapping[str, float]
    text: Callable[[Facts], Text]

    @property
    def strong(self) -> bool:
        """Whether hardly any training goes well with this setting."""
        return max(self.factors.values()) >= STRONG


def value_of(facts: Facts, key: str) -> float | None:
    """Return a fact that is a number; None where it is not stated, or no number."""
    value: Fact | None = facts.get(key)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def above(key: str, limit: float) -> Callable[[Facts], bool]:
    """Return the test whether a number is stated that is at least so large."""
    return lambda facts: (value := value_of(facts, key)) is not None and value >= limit


def below(key: str, limit: float) -> Callable[[Facts], bool]:
    """Return the test whether a number is stated that is at most so large."""
    return lambda facts: (value := value_of(facts, key)) is not None and value <= limit


def between(key: str, low: float, high: float) -> Callable[[Facts], bool]:
    """Return the test whether a number is stated from `low` to just below `high`."""
    return lambda facts: (value := value_of(facts, key)) is not None and low <= value < high


def with_optimizer(names: tuple[str, ...], test: Callable[[Facts], bool]) -> Callable[[Facts], bool]:
    """Return the test whether one of these optimisers is stated and `test` holds."""
    return lambda facts: facts.get("optimizer") in names and test(facts)


def is_said(key: str, value: Fact) -> Callable[[Facts], bool]:
    """Return the test whether just that is stated."""
    return lambda facts: facts.get(key) == value


def says(key: str, english: str, chinese: str) -> Callable[[Facts], Text]:
    """Return what writes a sentence with the stated value in it."""

    def text(facts: Facts) -> Text:
        value = facts[key]
        shown = number(value) if isinstance(value, float) else str(value)
        return Text(english.format(shown), chinese.format(shown))

    return text


def plainly(english: str, chinese: str) -> Callable[[Facts], Text]:
    """Return what writes a sentence that needs no value."""
    text = Text(english, chinese)
    return lambda _: text


def task_of(*words: str) -> Callable[[Facts], bool]:
    """Return the test whether the task is called by one of `words`."""
    return lambda facts: any(word in words for word in re.findall(r"[a-z]+", str(facts.get("task", ""))))


def unlikely(causes: tuple[str, ...], factor: float) -> dict[str, float]:
    """Return the same factor for all of `causes`."""
    return dict.fromkeys(causes, factor)


_TRANSFORMERS = ("transformer", "transformers", "bert", "roberta", "gpt", "llama", "qwen", "t5", "vit")


def a_transformer(facts: Facts) -> bool:
    """Return whether the model, the task or the framework is that of transformers."""
    named = re.findall(r"[a-z]+", f"{facts.get('model', '')} {facts.get('task', '')}")
    return facts.get("framework") in HUGGING_FACE or any(word in _TRANSFORMERS for word in named)


_BOOSTED = ("xgboost", "lightgbm", "catboost", "gradient boosting", "boosting")


def boosted(facts: Facts) -> bool:
    """Return whether the framework grows trees: its rates and penalties are other quantities than those of networks."""
    return facts.get("framework") in _BOOSTED
