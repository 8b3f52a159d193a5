"""The end of a network in Keras and PaddlePaddle."""

from __future__ import annotations


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace():
        _keras()
        _paddle()


def _keras() -> None:
    import numpy as np

    from lossclinic_kb.lab.tiny.keras import keras

    # snippet: fix_keras | keras | Linear ends; the loss is told about logits | 最后一层用线性，损失里写明 from_logits
    inputs = keras.Input((4,))
    hidden = keras.layers.Dense(16, activation="relu")(inputs)
    quantity = keras.layers.Dense(1, name="quantity")(hidden)  # no activation: any number
    count = keras.layers.Dense(1, activation="softplus", name="count")(hidden)  # never negative
    choice = keras.layers.Dense(3, name="choice")(hidden)  # scores
    model = keras.Model(inputs, [quantity, count, choice])
    scores = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", {"quantity": "mse", "count": "poisson", "choice": scores})
    # end snippet
    answers = model.predict(np.random.default_rng(0).normal(size=(64, 4)), verbose=0)
    assert answers[0].min() < 0 < answers[0].max()
    assert answers[1].min() > 0


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import paddle, points

    hidden = paddle.nn.functional.relu(paddle.nn.Linear(4, 16)(points(64)[0]))
    # snippet: fix_paddle | paddle | A linear end, and the loss that fits it | 线性输出，配上对应的损失
    quantity = paddle.nn.Linear(16, 1)  # MSELoss, SmoothL1Loss
    count = paddle.nn.Sequential(paddle.nn.Linear(16, 1), paddle.nn.Softplus())  # never negative
    yes_no = paddle.nn.Linear(16, 1)  # BCEWithLogitsLoss, not BCELoss
    # end snippet
    assert float(quantity(hidden).min()) < 0 < float(quantity(hidden).max())
    assert float(count(hidden).min()) > 0
    loss = paddle.nn.BCEWithLogitsLoss()(yes_no(hidden), paddle.ones([64, 1]))
    assert 0 < float(loss) < 5
