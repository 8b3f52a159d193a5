"""Shapes that meet in a loss, and axes that are swapped, in Keras and Paddle."""

from __future__ import annotations


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace():
        _keras()
        _paddle()


def _keras() -> None:
    import numpy as np

    from lossclinic_kb.lab.tiny.keras import keras, linear, points

    inputs, classes = points()
    targets, model = keras.ops.cast(classes, "float32"), linear(1)
    outputs = model(inputs)
    image = np.arange(24).reshape(1, 3, 2, 4)  # channels first
    # snippet: fix_keras | keras | A loss object lines the axes up, plain arithmetic does not | 损失对象会自动对齐，自己写的算式不会
    loss = keras.losses.MeanSquaredError()(targets, outputs)  # (N,) and (N, 1): the last axis is taken off
    by_hand = keras.ops.mean(
        (targets - keras.ops.squeeze(outputs, -1)) ** 2
    )  # as in a train_step of your own
    pictures = keras.ops.transpose(image, (0, 2, 3, 1))  # channels last is what Keras layers expect
    # end snippet
    assert abs(float(loss) - float(by_hand)) < 1e-5
    table = (targets - outputs) ** 2
    assert tuple(table.shape) == (16, 16)
    assert tuple(pictures.shape) == (1, 2, 4, 3)
    assert (keras.ops.convert_to_numpy(pictures)[0, ..., 1] == image[0, 1]).all()


def _paddle() -> None:
    import warnings

    from lossclinic_kb.lab.tiny.paddle import linear, paddle, points

    model, (inputs, classes) = linear(1), points()
    targets = classes.astype("float32")
    image, scores = paddle.arange(24).reshape([2, 4, 3]), linear()(inputs)
    # snippet: fix_paddle | paddle | mse_loss broadcasts without a warning | mse_loss 广播时连警告都没有
    outputs = model(inputs).squeeze(-1)
    assert outputs.shape == targets.shape, (outputs.shape, targets.shape)
    loss = paddle.nn.functional.mse_loss(outputs, targets)
    chw = image.transpose([2, 0, 1])  # all axes, as a list; torch's transpose(0, 1) swaps two
    probabilities = paddle.nn.functional.softmax(scores, axis=-1)  # over the classes
    # end snippet
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        broadcast = paddle.nn.functional.mse_loss(model(inputs), targets)
    assert float(broadcast) > float(loss)
    assert chw.shape == [3, 2, 4]
    assert (chw[0] == image[..., 0]).all()
    assert abs(float(probabilities[0].sum()) - 1) < 1e-5
