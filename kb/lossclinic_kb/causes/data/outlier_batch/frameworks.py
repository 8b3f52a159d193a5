"""Bounding what one batch can do, in three frameworks."""

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

    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, loader

    others = {**QUIET, "max_epochs": 1}
    # snippet: fix_lightning | lightning | Clip, and find out which batch it was | 裁剪，并查出是哪个 batch
    import lightning

    class Loudest(lightning.Callback):
        worst = (0.0, -1)

        def on_train_batch_end(
            self, trainer: Any, module: Any, outputs: Any, batch: Any, batch_idx: int
        ) -> None:
            self.worst = max(self.worst, (float(outputs["loss"]), batch_idx))

    loudest = Loudest()
    trainer = lightning.Trainer(gradient_clip_val=1.0, callbacks=[loudest], **others)
    # end snippet
    data = loader(64)
    dataset: Any = data.dataset
    dataset.tensors[0][41] *= 1e4
    module = Module()
    start = module.model.weight.detach().clone()
    trainer.fit(module, data)
    assert loudest.worst[1] == 10
    assert torch.dist(start, module.model.weight) < 16 * 0.1 + 1e-3


def _hf(folder: str) -> None:
    from lossclinic_kb.lab.tiny.hf import QUIET, logged, trained

    others = {key: value for key, value in QUIET.items() if key != "logging_steps"}
    # snippet: fix_hf | hf | A line for every step shows which; clipping is on by default | 每步记一行才看得出是哪步；裁剪默认开启
    from transformers import TrainingArguments

    arguments = TrainingArguments(folder, logging_steps=1, max_grad_norm=1.0, **others)
    # end snippet
    assert len(logged(trained(arguments), "grad_norm")) == 4


def _keras() -> None:
    import numpy as np

    from lossclinic_kb.lab.tiny.keras import keras, linear, points, weights

    model = linear(1)
    # snippet: fix_keras | keras | A loss that grows in a straight line, and a bounded step | 用线性增长的损失，并限制步长
    loss = keras.losses.Huber(delta=1.0)  # targets scaled to a spread of 1
    model.compile(keras.optimizers.SGD(0.1, global_clipnorm=1.0), loss)
    # end snippet
    inputs = points(16)[0]
    inputs[3] *= 1e6
    before = weights(model)
    model.fit(inputs, np.zeros(16), batch_size=16, verbose=0)
    assert ((weights(model) - before) ** 2).sum() ** 0.5 < 0.1001
