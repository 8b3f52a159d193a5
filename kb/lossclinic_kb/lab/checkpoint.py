"""Stopping a training and going on with it in a new process, from whatever was saved."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from lossclinic_kb.lab.trial import Trial

PARTS = ("model", "optimizer", "schedule", "scaler", "order", "chance")
"""What a complete checkpoint holds: the last two are the shuffling of the loader and PyTorch's random state."""

State = dict[str, Any]


def save(trial: Trial) -> State:
    """Return a copy of everything that changes while `trial` trains, by the names of `PARTS`."""
    state: State = {"chance": torch.get_rng_state()}
    for part in ("model", "optimizer", "schedule", "scaler"):
        held = getattr(trial, part)
        if held is not None:
            state[part] = copy.deepcopy(held.state_dict())
    if trial.train.generator is not None:
        state["order"] = trial.train.generator.get_state()
    return state


def resume(trial: Trial, fresh: State, saved: State) -> None:
    """Put `trial` where a new process stands that has loaded `saved`.

    Args:
        trial: Changed in place.
        fresh: What `save` returned before the first step: the state in which a script begins.
        saved: What `save` returned at the checkpoint, or a part of it: the rest is as in a new process.
    """
    for part, state in {**fresh, **saved}.items():
        if part == "chance":
            torch.set_rng_state(state)
        elif part == "order":
            assert trial.train.generator is not None
            trial.train.generator.set_state(state)
        else:
            getattr(trial, part).load_state_dict(copy.deepcopy(state))
