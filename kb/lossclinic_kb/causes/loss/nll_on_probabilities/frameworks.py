"""Raw scores, probabilities and their logarithms in Keras and PaddlePaddle."""

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

    targets, scores = np.array([0, 2]), np.array([[40.0, 0.0, 0.0], [0.0, 0.0, 40.0]])
    # snippet: fix_keras | keras | There is no NLL loss: scores with from_logits=True | 没有单独的 NLL loss：原始分数配 from_logits=True
    loss = keras.losses.sparse_categorical_crossentropy(targets, scores, from_logits=True)
    # from_logits=False takes probabilities, never their logarithms
    # end snippet
    assert float(loss.max()) < 1e-6
    logarithms = keras.ops.log_softmax(scores)
    wrong = keras.losses.sparse_categorical_crossentropy(targets, logarithms)
    assert float(wrong.max()) > 1


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import paddle

    F = paddle.nn.functional
    scores, targets = paddle.to_tensor([[40.0, 0.0], [0.0, 40.0]]), paddle.to_tensor([0, 1])
    # snippet: fix_paddle | paddle | nll_loss takes log_softmax; cross_entropy the raw scores | nll_loss 接 log_softmax，cross_entropy 接原始分数
    loss = F.cross_entropy(scores, targets)
    same = F.nll_loss(F.log_softmax(scores, axis=-1), targets)
    # end snippet
    assert abs(float(loss) - float(same)) < 1e-6
    assert float(F.nll_loss(F.softmax(scores), targets)) < -0.99  # the bug: a loss below zero
