"""An epoch is no more than three steps: the batch holds the whole training set, or the set is tiny.

What is seen: the step column hardly runs ahead of the epoch column. However many epochs were trained, the weights
were updated a few dozen times; or each of the few batches was seen hundreds of times.
Reported when: over four epochs or more, the log goes on by three steps or fewer in an epoch.
Not observable: without a step and an epoch beside the same values, or where either is counted anew; where every
epoch has one entry, for the steps may then count epochs, or calls of the logger.
Not to be confused with: a log that writes few of many steps, which the step numbers tell; a run that is short in
epochs (`stopped_after_few_epochs`). A step column that counts the lines of the log looks the same.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Role, Run, Series
from lossclinic_kb.symptoms.curve import finest
from lossclinic_kb.symptoms.epochs import steps_per_epoch
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import spaced
from lossclinic_kb.text import Text, number

ID = "few_updates_per_epoch"
TITLE = Text("Hardly any updates per epoch", "每个 epoch 只更新几次权重")

_FEW = 3.05
"""Steps in an epoch. A set that makes four batches is small, but batches still differ. The rest is for epochs that
are logged with two decimals."""

_EPOCHS = 4
"""Fewer epochs of so few steps are a trial of the code, and rounded epochs weigh more."""

_ROLES: tuple[Role, ...] = ("train_loss", "lr", "grad_norm")
"""What is written while training; evaluations come once an epoch and say nothing of the steps between."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Divide the steps that the log goes on by the epochs that it goes on."""
    entries = next(filter(None, (_counted(run, role) for role in _ROLES)), None)
    if entries is None or entries.step is None or entries.epoch is None:
        return not_observable(ID)
    updates = steps_per_epoch(entries.step, entries.epoch)
    if updates is None or updates <= 0:
        return not_observable(ID)
    if updates > _FEW:
        return absent(ID)
    first, last = float(entries.step[0]), float(entries.step[-1])
    epochs = float(entries.epoch[-1] - entries.epoch[0])
    evidence = Text(
        f"the log goes from step {first:.0f} to step {last:.0f} in {number(epochs)} epochs; updates of the weights "
        f"per epoch: {number(updates)}",
        f"从第 {first:.0f} 步到第 {last:.0f} 步，一共走过 {number(epochs)} 个 epoch，平均每个 epoch 只更新 "
        f"{number(updates)} 次权重",
    )
    numbers = {"updates": updates, "epochs": epochs}
    return Finding(ID, "present", spaced(evidence), (first, last), entries.name, numbers=numbers)


def _counted(run: Run, role: Role) -> Series | None:
    """Return the finest series of `role` whose steps count something else than its own entries, one per epoch."""
    found = finest(run, role)
    if found is None or found.step is None or found.epoch is None or len(found) < 3:
        return None
    if not np.isfinite(found.epoch).all() or found.epoch[-1] - found.epoch[0] < _EPOCHS - 1:
        return None
    within = bool(np.any(found.epoch != np.round(found.epoch)) or np.any(np.diff(found.epoch) == 0))
    evaluated = finest(run, "val_loss")
    # Every fifth step logged, and every epoch evaluated: the logger counts steps, not epochs.
    rarer = evaluated is not None and len(evaluated) > len(found)
    return found if within or rarer else None
