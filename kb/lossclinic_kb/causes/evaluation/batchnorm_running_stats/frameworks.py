"""Running statistics in Lightning, Keras and Paddle; the momentum of the latter two is 1 minus that of PyTorch."""

from __future__ import annotations

import os


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace():
        _lightning()
        _keras()
        _paddle()


def _lightning() -> None:
    import torch
    from torch import nn

    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, loader

    others = {**QUIET, "max_epochs": 30}
    # snippet: fix_lightning | lightning | The average takes the buffers along | 权重平均要连 buffer 一起
    import lightning
    from lightning.pytorch.callbacks import EMAWeightAveraging

    average = EMAWeightAveraging(decay=0.9, use_buffers=True)  # validates with the average
    trainer = lightning.Trainer(callbacks=[average], **others)
    # end snippet
    module = Module(nn.Sequential(nn.BatchNorm1d(4), nn.Linear(4, 3)))
    trainer.fit(module, loader(scale=5.0))
    of_batches = torch.stack([inputs.var(0) for inputs, _ in loader(scale=5.0)]).mean(0)
    assert torch.allclose(module.model[0].running_var, of_batches, rtol=0.2)


def _keras() -> None:
    os.environ.setdefault("KERAS_BACKEND", "torch")
    import keras
    import numpy as np

    # snippet: fix_keras | keras | The weight of the old value; fewer steps need a smaller one | 旧值的权重；步数少就要设小
    inputs = keras.Input((4,))
    normalised = keras.layers.BatchNormalization(momentum=0.9)(inputs)  # default 0.99; PyTorch: momentum=0.1
    model = keras.Model(inputs, keras.layers.Dense(1)(normalised))
    # layer.trainable = False also makes it use its running statistics, in training too.
    # end snippet
    data = np.random.default_rng(0).normal(5.0, 1.0, (64, 4)).astype("float32")
    for _ in range(30):
        model(data, training=True)
    layer = model.layers[1]
    assert abs(float(keras.ops.mean(layer.moving_mean)) - 5.0) < 0.5
    layer.trainable = False
    before = float(keras.ops.mean(layer.moving_mean))
    model(data + 10.0, training=True)
    assert abs(float(keras.ops.mean(layer.moving_mean)) - before) < 1e-6


def _paddle() -> None:
    import numpy as np

    from lossclinic_kb.lab.tiny.paddle import paddle

    # snippet: fix_paddle | paddle | The weight of the old value, as in Keras | 和 Keras 一样是旧值的权重
    norm = paddle.nn.BatchNorm1D(4, momentum=0.9)  # the default; PyTorch: momentum=0.1
    # end snippet
    data = paddle.to_tensor(np.random.default_rng(0).normal(5.0, 1.0, (64, 4)).astype("float32"))
    norm(data)
    assert abs(float(norm._mean.mean()) - 0.5) < 0.05
