"""Another seed, all of it, in four frameworks."""

from __future__ import annotations

import os
from typing import Any


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

    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, loader

    others, train_loader, found = {**QUIET, "max_epochs": 1}, loader(), []
    try:
        # snippet: fix_lightning | lightning | Before the module is made | 要在建模型之前
        import lightning

        for seed in (0, 1, 0):
            lightning.seed_everything(seed, workers=True)
            module = Module()
            lightning.Trainer(deterministic=True, **others).fit(module, train_loader)
            found.append(module.model.weight.detach().clone())
        # end snippet
    finally:
        torch.use_deterministic_algorithms(False)
        for name in ("PL_SEED_WORKERS", "PL_GLOBAL_SEED", "CUBLAS_WORKSPACE_CONFIG"):
            os.environ.pop(name, None)
    assert torch.equal(found[0], found[2])
    assert not torch.equal(found[0], found[1])


def _hf(folder: str) -> None:
    from lossclinic_kb.lab.tiny.hf import QUIET, bert, rows

    config, others, found = bert(), {**QUIET, "max_steps": 1}, []
    train_set: Any = [{"input_ids": [2, 3, 4], "labels": index % 2} for index in range(len(rows()))]
    # snippet: fix_hf | hf | model_init, or the new head is drawn before the seed is set | 用 model_init，否则新的输出层在设种子之前就初始化了
    from transformers import BertForSequenceClassification, Trainer, TrainingArguments

    for seed in (0, 1, 0):
        arguments = TrainingArguments(folder, seed=seed, **others)
        trainer = Trainer(
            model_init=lambda: BertForSequenceClassification(config), args=arguments, train_dataset=train_set
        )
        trainer.train()
        found.append(trainer.evaluate(train_set)["eval_loss"])
    # end snippet
    assert found[0] == found[2] != found[1]


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import choice, keras, points, weights

    (inputs, targets), found = points(), []
    # snippet: fix_keras | keras | Python, NumPy and backend at once, before the layers | 一次设好 Python、NumPy 和后端，要在建层之前
    for seed in (0, 1, 0):
        keras.utils.set_random_seed(seed)
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
        model.compile("adam", choice())
        model.fit(inputs, targets, verbose=0)
        found.append(weights(model))
    # end snippet
    assert (found[0] == found[2]).all()
    assert (found[0] != found[1]).any()


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import paddle, weights

    found = []
    # snippet: fix_paddle | paddle | paddle.seed leaves NumPy and random alone | paddle.seed 不管 NumPy 和 random
    import random

    import numpy as np

    for seed in (0, 1, 0):
        paddle.seed(seed)
        np.random.seed(seed)
        random.seed(seed)
        found.append(weights(paddle.nn.Linear(4, 3)))
    # end snippet
    assert (found[0] == found[2]).all()
    assert (found[0] != found[1]).any()
