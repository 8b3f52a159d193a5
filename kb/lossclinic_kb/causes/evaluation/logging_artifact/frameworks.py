"""What stands behind a logged loss in Lightning, Transformers and Keras."""

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
    import lightning
    import torch
    from torch import Tensor

    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, loader

    class Logs(Module):
        # snippet: fix_lightning | lightning | A mean over samples and processes, under a name of its own | 按样本、按进程求平均，名字分开
        def validation_step(self, batch: list[Tensor], _: int) -> None:
            inputs, targets = batch
            loss = torch.nn.functional.cross_entropy(self.model(inputs), targets)
            self.log("val_loss", loss, on_epoch=True, batch_size=len(targets), sync_dist=True)

        # end snippet

    module, data = Logs(), loader(10, 4)  # the last batch holds two
    found = lightning.Trainer(**QUIET).validate(module, data, verbose=False)[0]["val_loss"]
    assert abs(found - module.loss(next(iter(loader(10, 10)))).item()) < 1e-5


def _hf(folder: str) -> None:
    from lossclinic_kb.lab.tiny.hf import QUIET, logged, trained

    others = {key: value for key, value in QUIET.items() if key != "logging_steps"}
    # snippet: fix_hf | hf | "loss" is the mean since the line before | 日志里的 loss 是上一行以来的平均
    from transformers import TrainingArguments

    arguments = TrainingArguments(
        folder,
        logging_steps=1,  # each step by itself; the default is 500
        logging_first_step=True,
        logging_nan_inf_filter=False,  # or NaN shows as 0.0 or as the mean of the rest
        **others,
    )
    # end snippet
    assert len(logged(trained(arguments), "loss")) == 4
    assert TrainingArguments(folder).logging_nan_inf_filter


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import choice, keras, linear, points

    model, (inputs, targets) = linear(), points()
    model.compile("sgd", choice())

    class Steps(keras.callbacks.Callback):  # type: ignore[misc]
        losses: tuple[float, ...] = ()

        # snippet: fix_keras | keras | logs["loss"] is the mean of the epoch so far: take it apart again | logs["loss"] 是本 epoch 到目前的平均，要还原成单步
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            mean_before = getattr(self, "mean", 0.0) if batch else 0.0
            self.mean = logs["loss"]
            self.losses += ((batch + 1) * self.mean - batch * mean_before,)  # equal batches

        # end snippet

    steps = Steps()
    model.optimizer.learning_rate = 0.0
    parts = [slice(start, start + 4) for start in range(0, 16, 4)]
    single = [model.evaluate(inputs[part], targets[part], verbose=0) for part in parts]
    model.fit(inputs, targets, batch_size=4, shuffle=False, verbose=0, callbacks=[steps])
    assert max(abs(a - b) for a, b in zip(steps.losses, single, strict=True)) < 1e-5
