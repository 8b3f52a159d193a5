"""Thawing layers in Lightning, Transformers, Keras, which reads `trainable` when it compiles, and Paddle."""

from __future__ import annotations

import os
from typing import Any


def thawed(model: Any, base: Any) -> None:
    """Let `base`, a part of `model`, learn."""
    # snippet: fix_keras | keras | trainable counts only from the next compile() on | 改完 trainable 必须重新 compile
    import keras

    base.trainable = True  # sets it for every layer inside
    for layer in base.layers[:2]:
        layer.trainable = False  # the first ones stay
    model.compile(keras.optimizers.Adam(1e-5), "mse")
    # end snippet


def paddle_thawed(model: Any) -> Any:
    """Let all of `model` learn; return its optimiser."""
    from lossclinic_kb.lab.tiny.paddle import paddle

    # snippet: fix_paddle | paddle | stop_gradient is the opposite of requires_grad | stop_gradient 与 requires_grad 正好相反
    for p in model.parameters():
        p.stop_gradient = False  # True: frozen
    optimizer = paddle.optimizer.AdamW(learning_rate=1e-5, parameters=model.parameters())
    # end snippet
    return optimizer  # noqa: RET504 - the snippet names it


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace() as folder:
        _lightning()
        _hf(str(folder))
        _keras()
        _paddle()


def _lightning() -> None:
    import torch
    from torch import nn

    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, loader

    others = {**QUIET, "max_epochs": 2}

    class Two(Module):
        def __init__(self) -> None:
            super().__init__()
            self.backbone = nn.Linear(4, 4)
            self.model = nn.Sequential(self.backbone, nn.Linear(4, 3))

        def configure_optimizers(self) -> Any:
            return torch.optim.SGD(filter(lambda p: p.requires_grad, self.parameters()), lr=0.1)

    module, train_loader = Two(), loader()
    # snippet: fix_lightning | lightning | Freezes self.backbone, thaws it later, adds it to the optimiser | 先冻结 self.backbone，到时解冻并加进优化器
    import lightning
    from lightning.pytorch.callbacks import BackboneFinetuning

    thaw = BackboneFinetuning(unfreeze_backbone_at_epoch=1, backbone_initial_lr=1e-3)
    trainer = lightning.Trainer(callbacks=[thaw], **others)
    # configure_optimizers takes only what learns: filter(lambda p: p.requires_grad, self.parameters())
    trainer.fit(module, train_loader)
    # end snippet
    groups = trainer.optimizers[0].param_groups
    assert [group["lr"] for group in groups] == [0.1, 1e-3]
    assert all(p.requires_grad and p.grad is not None for p in module.backbone.parameters())


def _hf(folder: str) -> None:
    import torch
    from transformers import BertForSequenceClassification

    from lossclinic_kb.lab.tiny.hf import QUIET, TrainingArguments, bert

    model = BertForSequenceClassification(bert())
    arguments = TrainingArguments(folder, **QUIET)
    rows = [{"input_ids": [2, 3, 4], "labels": index % 2} for index in range(16)]
    # snippet: fix_hf | hf | Before train(), which builds the optimiser | 要在 train() 之前，优化器是那时建的
    from transformers import Trainer

    for p in model.base_model.parameters():
        p.requires_grad = False  # the body stays
    for p in model.classifier.parameters():
        p.requires_grad = True  # the head learns
    trainer = Trainer(model, arguments, train_dataset=rows)
    # trainer.get_num_trainable_parameters() says what is left to learn
    # end snippet
    assert trainer.get_num_trainable_parameters() == 2 * 8 + 2
    body = [p.detach().clone() for p in model.base_model.parameters()]
    head = model.classifier.weight.detach().clone()
    trainer.train()
    assert all(torch.equal(a, b) for a, b in zip(body, model.base_model.parameters(), strict=True))
    assert not torch.equal(head, model.classifier.weight)


def _keras() -> None:
    os.environ.setdefault("KERAS_BACKEND", "torch")
    import keras
    import numpy as np

    base = keras.Sequential([keras.Input((4,)), *(keras.layers.Dense(4) for _ in range(3))])
    base.trainable = False
    model = keras.Sequential([keras.Input((4,)), base, keras.layers.Dense(1)])
    model.compile("adam", "mse")
    draw = np.random.default_rng(0)
    inputs, targets = draw.normal(size=(8, 4)), draw.normal(size=(8, 1))

    def moved() -> list[bool]:
        before = [weight.value.detach().clone() for weight in base.weights]
        model.fit(inputs, targets, epochs=1, verbose=0)
        after = [weight.value.detach() for weight in base.weights]
        return [bool((old != new).any()) for old, new in zip(before, after, strict=True)]

    assert moved() == [False] * 6
    thawed(model, base)
    assert moved() == [False] * 4 + [True] * 2


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import linear, points, weights

    model = linear()
    for p in model.parameters():
        p.stop_gradient = True
    optimizer = paddle_thawed(model)
    inputs, _ = points()
    before = weights(model)
    model(inputs).square().sum().backward()
    optimizer.step()
    assert (weights(model) != before).all()
