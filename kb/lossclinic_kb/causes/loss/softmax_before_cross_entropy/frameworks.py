"""Where the softmax belongs in Keras and PaddlePaddle."""

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

    # snippet: fix_keras | keras | Linear outputs and from_logits=True, whose default is False | 线性输出配 from_logits=True，它默认是 False
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])  # no activation="softmax"
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)  # the string does not say so
    model.compile("adam", loss, metrics=["accuracy"])
    # Either both or neither: a softmax layer goes with from_logits=False.
    # end snippet
    assert model.layers[-1].activation is keras.activations.linear
    sure, target = np.array([[30.0, 0.0, 0.0]]), np.array([0])
    assert float(loss(target, sure)) < 1e-6
    assert float(loss(target, keras.ops.softmax(sure))) > 0.55  # the floor of the bug, of three classes


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import paddle

    # snippet: fix_paddle | paddle | The softmax is inside, unless use_softmax=False | softmax 已经在里面，除非 use_softmax=False
    loss_fn = paddle.nn.CrossEntropyLoss()  # raw scores
    # A network that ends in softmax: CrossEntropyLoss(use_softmax=False)
    # end snippet
    sure, target = paddle.to_tensor([[30.0, 0.0, 0.0]]), paddle.to_tensor([0])
    softmax = paddle.nn.functional.softmax(sure)
    assert float(loss_fn(sure, target)) < 1e-6
    assert float(loss_fn(softmax, target)) > 0.55
    assert float(paddle.nn.CrossEntropyLoss(use_softmax=False)(softmax, target)) < 1e-6
