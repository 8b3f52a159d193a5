"""The loss stayed a number for a whole pass over the data, and broke later.

What is seen: every sample has been through the network once without harm; the NaN comes in a later epoch.
Reported when: the last finite training loss before the first non-finite one stands at the end of the first
epoch or beyond, and no evaluation up to there is broken either.
Not observable: where no training loss breaks; without an epoch column; in the log of a resumed run; where the log skips the
end of the first epoch, and the loss may have broken there.
Not to be confused with: a bad sample in the data, which every epoch meets, the first one included
(augmentation and samples drawn with replacement apart). What breaks later depends on the weights.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.symptoms.breaks import Break, first_break
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "nonfinite_after_first_epoch"
TITLE = Text("Loss breaks after a clean first epoch", "第一个 epoch 正常，之后损失才变成非数")

_ONE = 1 - 1e-6
"""Epochs are logged as rounded shares of the data seen."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Ask whether a whole epoch was logged before the first value that is no number."""
    found = first_break(run)
    if found is None or found.series.role != "train_loss" or found.series.epoch is None:
        return not_observable(ID)
    epoch = found.series.epoch
    if not np.isfinite(epoch).all() or epoch.min() > 1 or len(found.series.restarts):
        return not_observable(ID)
    if not len(found.before) or _evaluated_broken(run, epoch):
        return absent(ID)
    if (whole := _whole_epoch(found, epoch)) is None:
        return not_observable(ID)
    if not whole:
        return absent(ID)
    last, here = float(found.before[-1]), place(found.curve, found.index)
    return report(
        ID,
        found.curve,
        found.index,
        found.index,
        Text(
            f"{found.series.name} was finite for the whole first epoch and is {number(last)} right before it breaks "
            f"at {here.en}, in epoch {number(float(epoch[found.index]))}",
            f"第一个 epoch 里 {found.series.name} 一直正常，中断前为 {number(last)}，到{here.zh}"
            f"（epoch {number(float(epoch[found.index]))}）才变成非数",
        ),
        before=last,
        epoch=float(epoch[found.index]),
    )


def _whole_epoch(found: Break, epoch: FloatArray) -> bool | None:
    """Return whether an epoch had passed at the last finite loss; None where the log does not say."""
    index = found.index
    if _counts(epoch):  # from 0 or 1: a new number means that one epoch is over
        return bool(epoch[index] > epoch.min())
    last = int(
        np.flatnonzero(np.isfinite(found.series.values[:index]))[-1]
    )  # rows of evaluations hold no loss
    if epoch[last] >= _ONE:  # a share of the data seen
        return True
    return None if epoch[index] > 2 - _ONE else False


def _evaluated_broken(run: Run, epoch: FloatArray) -> bool:
    """Return whether an evaluation of the first epoch is no number already."""
    end = float(epoch.min()) if _counts(epoch) else 2 - _ONE
    logged = [loss.logged for loss in run.all("val_loss")]
    return any(
        one.epoch is not None and bool(np.any(~np.isfinite(one.values) & (one.epoch <= end)))
        for one in logged
    )


def _counts(epoch: FloatArray) -> bool:
    return bool(np.all(epoch == np.round(epoch)))
