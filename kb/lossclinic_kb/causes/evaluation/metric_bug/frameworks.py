"""Accuracy from scores in four frameworks."""

from __future__ import annotations

from typing import Any


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace():
        _lightning()
        _hf()
        _keras()
        _paddle()


def _lightning() -> None:
    import lightning
    from torch import Tensor

    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, loader

    class Measured(Module):
        def __init__(self) -> None:
            super().__init__()
            from torchmetrics.classification import MulticlassAccuracy

            self.accuracy = MulticlassAccuracy(num_classes=3, average="micro")

        # snippet: fix_lightning | lightning | Log the metric object: it counts over batches and processes | 直接 log 指标对象，跨 batch、跨卡由它累计
        def validation_step(self, batch: list[Tensor], _: int) -> None:
            inputs, targets = batch
            self.accuracy(self.model(inputs), targets)  # MulticlassAccuracy(num_classes, average="micro")
            self.log("val_acc", self.accuracy, on_epoch=True)  # its default, "macro", is a mean over classes

        # end snippet

    module = Measured()
    found = lightning.Trainer(**QUIET).validate(module, loader(10, 4), verbose=False)[0]["val_acc"]
    inputs, targets = next(iter(loader(10, 10)))
    assert abs(found - (module.model(inputs).argmax(1) == targets).float().mean().item()) < 1e-6


def _hf() -> None:
    import numpy as np
    from transformers import EvalPrediction

    causal = True

    # snippet: fix_hf | hf | compute_metrics sees the whole set: argmax, and -100 left out | compute_metrics 拿到整个验证集：先 argmax，再去掉 -100
    def compute_metrics(outputs: Any) -> dict[str, float]:
        logits = outputs.predictions[0] if isinstance(outputs.predictions, tuple) else outputs.predictions
        predicted, labels = logits.argmax(-1), outputs.label_ids
        if logits.ndim == 3 and causal:  # a decoder: position i predicts token i + 1
            predicted, labels = predicted[:, :-1], labels[:, 1:]
        real = labels != -100
        return {"accuracy": float((predicted[real] == labels[real]).mean())}

    # end snippet
    labels = np.array([[-100, 1, 2, -100]])
    logits = np.eye(3)[[[1, 2, 0, 0]]]  # right when shifted
    assert compute_metrics(EvalPrediction(logits, labels)) == {"accuracy": 1.0}
    causal = False
    assert compute_metrics(EvalPrediction(np.eye(3), np.array([0, 1, 1]))) == {"accuracy": 2 / 3}


def _keras() -> None:
    import numpy as np

    from lossclinic_kb.lab.tiny.keras import keras, linear

    model = linear(1)
    # snippet: fix_keras | keras | Name the metric, and the threshold of raw scores | 写明用哪个指标，原始分数的阈值是 0
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    accuracy = keras.metrics.BinaryAccuracy(threshold=0.0)  # "accuracy" would compare logits with 0.5
    model.compile("adam", loss, metrics=[accuracy])
    # Class numbers: SparseCategoricalAccuracy; one-hot: CategoricalAccuracy.
    # end snippet
    scores = np.array([[0.3], [-0.2], [0.4], [2.0]])  # classes 1, 0, 1, 1
    accuracy.update_state(np.array([[1], [0], [1], [1]]), scores)
    assert float(accuracy.result()) == 1.0
    half: Any = keras.metrics.BinaryAccuracy()
    half.update_state(np.array([[1], [0], [1], [1]]), scores)
    assert float(half.result()) == 0.5


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import linear, paddle, points

    model, val_loader = linear(), [points(16), points(4)]
    # snippet: fix_paddle | paddle | Class numbers as a column, and counts over all batches | 标签要是列向量 (N, 1)，跨 batch 累计
    metric = paddle.metric.Accuracy()
    metric.reset()  # before every validation
    for inputs, targets in val_loader:
        metric.update(metric.compute(model(inputs), targets.reshape([-1, 1])))
    accuracy = metric.accumulate()
    # end snippet
    right = sum(int((model(inputs).argmax(1) == targets).sum()) for inputs, targets in val_loader)
    assert abs(accuracy - right / 20) < 1e-6
