"""Targets that are left out of the loss, in Transformers, Keras and PaddlePaddle."""

from __future__ import annotations

from typing import Any


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace() as folder:
        _hf(str(folder))
        _keras()
        _paddle()


def _hf(folder: str) -> None:
    import torch

    from lossclinic_kb.lab.tiny.hf import QUIET, Model, Trainer, TrainingArguments

    lost = {"x": torch.zeros(4), "labels": torch.tensor([-100, -100])}
    kept = {"x": torch.zeros(4), "labels": torch.tensor([-100, 1])}
    dataset = [lost, kept, kept]
    trainer: Any = Trainer(Model(), TrainingArguments(folder, **QUIET), train_dataset=dataset)
    # snippet: confirm_hf | hf | What the loss sees of a batch, behind the collator | 经过 collator 之后，loss 实际看到多少目标
    batch = next(iter(trainer.get_train_dataloader()))
    real = batch["labels"] != -100
    left, empty = int(real.sum()), int((~real.any(-1)).sum())  # empty: samples without any target
    # end snippet
    assert (left, empty) == (2, 1)


def _keras() -> None:
    import numpy as np

    from lossclinic_kb.lab.tiny.keras import keras

    # snippet: fix_keras | keras | ignore_class must be no class | ignore_class 不能是真实类别
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=255)
    # end snippet
    labels, scores = np.array([[0, 255]]), np.zeros((1, 2, 3), "float32")
    scores[0, 1] = 50.0 * np.arange(3)
    assert abs(float(loss(labels, scores)) - np.log(3)) < 1e-5


def _paddle() -> None:
    import math

    from lossclinic_kb.lab.tiny.paddle import paddle

    # snippet: fix_paddle | paddle | ignore_index must be no class; its default is -100 | ignore_index 不能是真实类别，默认 -100
    loss_fn = paddle.nn.CrossEntropyLoss(ignore_index=255)
    # end snippet
    scores = paddle.to_tensor([[0.0, 0.0], [9.0, 0.0]])
    assert abs(float(loss_fn(scores, paddle.to_tensor([0, 255]))) - math.log(2)) < 1e-6
