"""A stack that the gradient can walk around, in Keras."""

from __future__ import annotations


def exercise() -> None:
    """Run the snippet; the assertions are what the article claims of it."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace():
        _keras()


def _keras() -> None:
    import numpy as np

    from lossclinic_kb.lab.tiny.keras import keras

    keras.utils.set_random_seed(0)
    # snippet: fix_keras | keras | Normalise, transform, add: the functional API | 归一化、变换、相加（函数式 API）
    inputs = keras.Input((16,))
    x = inputs
    for _ in range(20):
        inner = keras.layers.LayerNormalization()(x)
        inner = keras.layers.Dense(16, activation="gelu", kernel_initializer="he_normal")(inner)
        x = keras.layers.Add()([x, inner])
    model = keras.Model(inputs, keras.layers.Dense(3)(x))
    # end snippet
    model(np.random.default_rng(0).normal(size=(8, 16)).astype("float32")).square().mean().backward()
    kernels = [layer.kernel.value.grad.norm().item() for layer in model.layers if hasattr(layer, "kernel")]
    assert kernels[0] > 0.05 * kernels[-2]
