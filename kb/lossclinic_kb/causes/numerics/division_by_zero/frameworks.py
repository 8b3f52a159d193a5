"""A mean over samples that may be none, in Keras."""

from __future__ import annotations


def exercise() -> None:
    """Run the snippet; the assertions are what the article claims of it."""
    import numpy as np

    from lossclinic_kb.lab.tiny.keras import keras

    losses, mask = keras.Variable(np.ones(4, "float32")), np.zeros(4, "float32")
    # snippet: fix_keras | keras | 0 where there is nothing to divide by, in the gradient too | 分母为 0 时结果和梯度都是 0
    from keras import ops

    mean = ops.divide_no_nan(ops.sum(losses * mask), ops.sum(mask))
    # end snippet
    mean.backward()
    assert mean.item() == 0.0
    assert (losses.value.grad == 0).all()
