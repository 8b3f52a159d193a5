"""Weights of rare classes in Transformers and Keras, equal draws in PaddlePaddle."""

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
    from lossclinic_kb.lab.tiny.hf import QUIET, Model, TrainingArguments, logged, rows

    model, train_set = Model(), rows()
    arguments = TrainingArguments(folder, **{**QUIET, "max_steps": 1, "per_device_train_batch_size": 16})
    # snippet: fix_hf | hf | A loss function of your own, with a weight for each class | 自定义 loss 函数，给每一类一个权重
    import torch
    from transformers import Trainer

    counts = torch.bincount(torch.stack([row["labels"] for row in train_set]), minlength=3)
    weights = len(train_set) / (len(counts) * counts.clamp(min=1))

    def weighted(outputs: Any, labels: Any, num_items_in_batch: Any = None) -> Any:
        logits, weight = outputs["logits"], weights.to(labels.device)
        summed = torch.nn.functional.cross_entropy(logits, labels, weight=weight, reduction="sum")
        return summed / (len(labels) if num_items_in_batch is None else num_items_in_batch)

    trainer = Trainer(model, arguments, train_dataset=train_set, compute_loss_func=weighted)
    # end snippet
    inputs, labels = (torch.stack([row[key] for row in train_set]) for key in ("x", "labels"))
    expected = torch.nn.functional.cross_entropy(model(inputs)["logits"], labels, weight=weights).item()
    trainer.train()
    assert abs(logged(trainer, "loss")[0] - expected) < 1e-3


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import choice, linear, points

    model, (inputs, targets) = linear(), points(32)
    model.compile("sgd", choice())
    model.optimizer.learning_rate = 0.0
    # snippet: fix_keras | keras | class_weight of fit(); validation stays unweighted | fit() 的 class_weight；验证不加权
    import numpy as np

    counts = np.bincount(targets)
    weights = {label: len(targets) / (len(counts) * count) for label, count in enumerate(counts) if count}
    model.fit(inputs, targets, class_weight=weights, verbose=0)
    # end snippet
    history = model.fit(inputs, targets, class_weight=weights, verbose=0).history
    of_classes = [model.evaluate(inputs[targets == k], targets[targets == k], verbose=0) for k in weights]
    assert abs(history["loss"][0] - np.mean(of_classes)) < 1e-4


def _paddle() -> None:
    import numpy as np

    from lossclinic_kb.lab.tiny.paddle import paddle

    labels = np.array([0] * 95 + [1] * 5)
    dataset = paddle.io.TensorDataset([paddle.arange(100), paddle.to_tensor(labels)])
    # snippet: fix_paddle | paddle | Draw every class equally often | 让每一类被抽到的次数相同
    weights = 1.0 / np.bincount(labels)[labels]
    sampler = paddle.io.WeightedRandomSampler(weights.tolist(), num_samples=len(labels))
    batches = paddle.io.BatchSampler(sampler=sampler, batch_size=32)
    loader = paddle.io.DataLoader(dataset, batch_sampler=batches)
    # end snippet
    drawn = np.concatenate([targets.numpy() for _, targets in loader])
    assert 0.3 < drawn.mean() < 0.7
