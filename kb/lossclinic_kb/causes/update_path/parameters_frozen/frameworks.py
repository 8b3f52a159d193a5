"""Thawing layers in Keras, which reads `trainable` when it compiles, and in PaddlePaddle."""

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
    _keras()
    _paddle()


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
