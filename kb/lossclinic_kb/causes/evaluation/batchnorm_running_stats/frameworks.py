"""The momentum of batch normalisation in Keras, which is 1 minus that of PyTorch."""

from __future__ import annotations

import os


def exercise() -> None:
    """Run the Keras snippet; the assertions are what the article claims of it."""
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
