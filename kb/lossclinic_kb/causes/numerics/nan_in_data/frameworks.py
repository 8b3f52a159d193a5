"""Stopping at the first batch that is not finite, in three frameworks; Transformers hides it from the log."""

from __future__ import annotations

from typing import Any


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace() as folder:
        _lightning()
        _hf(str(folder))
        _keras()


def _lightning() -> None:
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    from lossclinic_kb.lab.tiny.lightning import QUIET, Module

    rows = torch.ones(8, 4)
    # snippet: confirm_lightning | lightning | A callback that names the batch | 用回调指出是哪个 batch
    import lightning

    class Finite(lightning.Callback):
        def on_train_batch_start(self, trainer: Any, module: Any, batch: Any, batch_idx: int) -> None:
            if not all(part.isfinite().all() for part in batch):
                raise ValueError(f"epoch {trainer.current_epoch}, batch {batch_idx}: NaN or Inf")

    # end snippet
    rows[5, 2] = torch.nan
    loader = DataLoader(TensorDataset(rows, torch.zeros(8, dtype=torch.int64)), 2)
    said = ""
    try:
        lightning.Trainer(max_epochs=1, callbacks=[Finite()], **QUIET).fit(Module(), loader)
    except ValueError as error:
        said = str(error)
    assert said == "epoch 0, batch 2: NaN or Inf"


def _hf(folder: str) -> None:
    import math

    import torch

    from lossclinic_kb.lab.tiny.hf import QUIET, Model, Trainer, logged, rows

    others = dict(QUIET)
    # snippet: confirm_hf | hf | Show NaN in the log: by default it is left out of the mean | 让日志显示 NaN：默认会被过滤掉
    from transformers import TrainingArguments

    arguments = TrainingArguments(folder, logging_nan_inf_filter=False, **others)
    # end snippet
    samples = rows()
    for row in samples:
        row["x"] = row["x"] * torch.nan
    shown = {}
    for hidden in (True, False):
        arguments.logging_nan_inf_filter = hidden
        trainer = Trainer(Model(), arguments, train_dataset=samples)
        trainer.train()
        shown[hidden] = logged(trainer, "loss")[-1]
    assert shown[True] == 0.0
    assert math.isnan(shown[False])


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import choice, linear, points

    model = linear()
    model.compile("sgd", choice())
    inputs, targets = points()
    inputs[5, 2] = float("nan")
    # snippet: confirm_keras | keras | Stop at the first NaN, and say which rows hold one | 遇到 NaN 就停，并列出坏样本
    import keras
    import numpy as np

    bad = np.flatnonzero(~np.isfinite(inputs).reshape(len(inputs), -1).all(axis=1))
    stop = keras.callbacks.TerminateOnNaN()
    history = model.fit(inputs, targets, batch_size=4, epochs=5, callbacks=[stop], verbose=0)
    # end snippet
    assert bad.tolist() == [5]
    assert len(history.epoch) == 1
