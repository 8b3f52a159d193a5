"""Softened targets for labels that are not to be trusted, in three frameworks."""

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
    from transformers import BertForSequenceClassification

    from lossclinic_kb.lab.tiny.hf import QUIET, Trainer, bert, logged

    others = {**QUIET, "max_steps": 1, "per_device_train_batch_size": 16}
    # snippet: fix_hf | hf | Smoothed labels, in training only | 标签平滑，只影响训练
    from transformers import TrainingArguments

    arguments = TrainingArguments(folder, label_smoothing_factor=0.1, **others)
    # end snippet
    config = bert(num_labels=3, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
    model: Any = BertForSequenceClassification(config)
    model.classifier.bias.data = torch.tensor([2.0, 0.0, 0.0])  # sure, so that smoothing costs something
    tokens, labels = torch.arange(48).reshape(16, 3) % 30, torch.zeros(16, dtype=torch.int64)
    expected = torch.nn.functional.cross_entropy(model(tokens).logits, labels, label_smoothing=0.1).item()
    rows: Any = [{"input_ids": row, "labels": label} for row, label in zip(tokens, labels, strict=True)]
    trainer = Trainer(model, arguments, train_dataset=rows)
    trainer.train()
    assert abs(logged(trainer, "loss")[0] - expected) < 1e-3


def _keras() -> None:
    import numpy as np

    from lossclinic_kb.lab.tiny.keras import keras

    targets, scores = np.array([0, 2]), np.array([[2.0, 0.0, 1.0], [0.0, 0.0, 0.0]], "float32")
    # snippet: fix_keras | keras | Only the one-hot loss can smooth | 只有 one-hot 的损失支持标签平滑
    one_hot = keras.utils.to_categorical(targets, num_classes=3)
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)
    # end snippet
    import torch

    smoothed = torch.nn.CrossEntropyLoss(label_smoothing=0.1)(torch.tensor(scores), torch.tensor(targets))
    assert abs(float(loss(one_hot, scores)) - float(smoothed)) < 1e-5


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import paddle

    # snippet: fix_paddle | paddle | An argument of the loss; report validation without it | 损失函数的参数；验证时不要用
    loss_fn = paddle.nn.CrossEntropyLoss(label_smoothing=0.1)
    # end snippet
    import torch

    scores = [[2.0, 0.0, 1.0], [0.0, 0.0, 0.0]]
    smoothed = torch.nn.CrossEntropyLoss(label_smoothing=0.1)(torch.tensor(scores), torch.tensor([0, 2]))
    assert abs(float(loss_fn(paddle.to_tensor(scores), paddle.to_tensor([0, 2]))) - float(smoothed)) < 1e-5
