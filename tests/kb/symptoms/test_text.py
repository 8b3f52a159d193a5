"""A loss that text does not allow is seen, and only where the log is that of a language model."""

from __future__ import annotations

import numpy as np
import pytest

from lossclinic_kb.facts import Fact
from lossclinic_kb.lab import World, fit, healthy_trial
from lossclinic_kb.run import Run, series
from lossclinic_kb.symptoms import SYMPTOMS, State

STEPS = np.arange(1.0, 401)
LM: dict[str, Fact] = {"task": "language_model", "classes": 40}


def state(train_end: float, val_end: float, facts: dict[str, Fact], *names: str) -> State:
    """Return what is found in 400 steps from ln 40 down to two ends, with ten validations and further series."""
    fall = np.exp(-STEPS / 60)
    train = train_end + (3.69 - train_end) * fall
    val = (val_end + (3.69 - val_end) * fall)[39::40]
    made = [
        series("loss", "train_loss", train, step=STEPS),
        series("val_loss", "val_loss", val, step=STEPS[39::40]),
        *(series(name, "other", np.exp(val), step=STEPS[39::40]) for name in names),
    ]
    return SYMPTOMS["text_loss_near_zero"].detect(Run("made", tuple(made)), facts).state


def test_both_next_to_nothing_is_present() -> None:
    assert state(0.05, 0.08, LM) == "present"
    assert state(0.05, 0.08, {"classes": 40}, "val_perplexity") == "present"


def test_learned_by_heart_or_ordinary_is_absent() -> None:
    assert state(0.05, 3.0, LM) == "absent"
    assert state(1.6, 1.7, LM) == "absent"


def test_other_tasks_may_be_solved() -> None:
    assert state(0.01, 0.01, {"classes": 40}) == "not_observable"
    assert state(0.01, 0.01, {"classes": 40, "task": "text_classification"}) == "not_observable"


@pytest.mark.slow
@pytest.mark.parametrize("workload", ["char_rnn", "char_transformer"])
def test_healthy_text_is_silent(workload: str) -> None:
    run = fit(healthy_trial(World.plain(workload)))
    assert SYMPTOMS["text_loss_near_zero"].detect(run, dict(LM)).state == "absent"
