"""The loss and the accuracy of the same data, side by side."""

from __future__ import annotations

from typing import Literal

from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import read_curve
from lossclinic_kb.symptoms.levels import accuracy_curve
from lossclinic_kb.symptoms.pairs import Pairs, pair


def loss_and_accuracy(run: Run, split: Literal["train", "val"]) -> Pairs | None:
    """Return the loss beside the accuracy of a split; None where one is missing or no axis is shared."""
    loss = read_curve(run, "train_loss" if split == "train" else "val_loss")
    accuracy = accuracy_curve(run, "train_acc" if split == "train" else "val_acc")
    return None if loss is None or accuracy is None else pair(loss, accuracy)
