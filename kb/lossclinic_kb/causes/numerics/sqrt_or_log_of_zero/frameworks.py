"""Asking which operation made the first NaN, in three frameworks; and keeping zero out, in Keras."""

from __future__ import annotations

from typing import Any


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace() as folder:
        _lightning()
        _hf(str(folder))
        _keras()
        _paddle()


def _said(run: Any) -> str:
    """Return what a run complains of."""
    try:
        run()
    except RuntimeError as error:
        return str(error)
    return ""


def _lightning() -> None:
    import torch
    from torch import Tensor

    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, loader

    class Rooted(Module):
        def loss(self, batch: list[Tensor]) -> Tensor:
            roots = torch.sqrt(0.0 * self.model(batch[0]))
            return torch.where(roots > 0, roots, 0.0).mean()  # hides the zero, not its gradient

    others = {**QUIET, "max_epochs": 1}
    # snippet: confirm_lightning | lightning | The first operation whose gradient is NaN | 第一个梯度为 NaN 的算子
    import lightning

    trainer = lightning.Trainer(detect_anomaly=True, **others)  # slow: for some steps only
    # end snippet
    assert "SqrtBackward0" in _said(lambda: trainer.fit(Rooted(), loader()))


def _hf(folder: str) -> None:
    from torch import Tensor

    from lossclinic_kb.lab.tiny.hf import QUIET, Model, Trainer, TrainingArguments, rows

    class Rooted(Model):
        def forward(self, x: Tensor, labels: Tensor | None = None) -> dict[str, Tensor]:
            roots = (0.0 * self.layer(x)).sqrt()
            return {"loss": roots.where(roots > 0, 0.0).mean()}

    trainer = Trainer(Rooted(), TrainingArguments(folder, **QUIET), train_dataset=rows())

    def run() -> None:
        # snippet: confirm_hf | hf | The first operation whose gradient is NaN | 第一个梯度为 NaN 的算子
        import torch

        with torch.autograd.set_detect_anomaly(True):  # slow: for some steps only
            trainer.train()
        # end snippet

    assert "SqrtBackward0" in _said(run)


def _keras() -> None:
    import numpy as np

    from lossclinic_kb.lab.tiny.keras import keras

    differences = keras.Variable(np.zeros((2, 3), "float32"))
    probabilities = keras.Variable(np.array([0.0, 1.0], "float32"))
    # snippet: fix_keras | keras | Lift zero before the operation | 先抬离 0，再运算
    from keras import ops

    distance = ops.sqrt(ops.maximum(ops.sum(differences**2, axis=-1), 1e-12))
    log_probability = ops.log(ops.maximum(probabilities, keras.config.epsilon()))  # 1e-7
    # end snippet
    (ops.sum(distance) + ops.sum(log_probability)).backward()
    assert differences.value.grad.isfinite().all()
    assert probabilities.value.grad.isfinite().all()


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import paddle

    x = paddle.zeros([2])
    x.stop_gradient = False

    def run() -> None:
        # snippet: confirm_paddle | paddle | Raise at the first operation that gives NaN or Inf | 第一个产生 NaN/Inf 的算子直接报错
        paddle.set_flags({"FLAGS_check_nan_inf": 1})  # or FLAGS_check_nan_inf=1 in the environment
        # end snippet
        paddle.sqrt(x).sum().backward()

    try:
        assert "op=sqrt_grad" in _said(run)
    finally:
        paddle.set_flags({"FLAGS_check_nan_inf": 0})
