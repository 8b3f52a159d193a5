"""Gentle augmentation by Keras layers."""

from __future__ import annotations


def exercise() -> None:
    """Run the snippet; the assertions are what the article claims of it."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace():
        _keras()


def _keras() -> None:
    import numpy as np

    from lossclinic_kb.lab.tiny.keras import keras

    # snippet: fix_keras | keras | Factors are shares: a rotation of 0.1 is 36 degrees | 参数是比例：旋转 0.1 就是 36 度
    augment = keras.Sequential(
        [
            keras.layers.RandomTranslation(0.05, 0.05),  # of height and width
            keras.layers.RandomRotation(0.02),  # of a full turn: 7 degrees
            keras.layers.RandomContrast(0.1),
        ]
    )  # RandomFlip("horizontal") only where left and right mean the same
    # Active in fit() alone; inside the model, evaluate() and predict() pass it by.
    # end snippet
    images = np.random.default_rng(0).random((4, 16, 16, 3)).astype("float32")
    assert float((augment(images, training=True) - augment(images, training=False)).abs().max()) > 0.01
    assert float(abs(augment(images, training=False).detach().numpy() - images).max()) == 0
    factor = augment.layers[1].factor
    assert max(factor) * 360 <= 7.3
