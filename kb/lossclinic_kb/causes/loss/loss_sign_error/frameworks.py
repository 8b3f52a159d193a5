"""Which losses of Keras and Paddle carry their sign already."""

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

    right = np.array([[0.0, 1.0], [1.0, 0.0]], "float32")
    wrong = 1.0 - right
    # snippet: fix_keras | keras | These are minimised as they are; a minus would turn them round | 这几个直接最小化，再加负号就反了
    dice = keras.losses.Dice()  # 1 - overlap: from 0 to 1
    cosine = keras.losses.CosineSimilarity()  # minus the similarity: -1 is perfect
    # torch.nn.CosineSimilarity has no minus: 1 is perfect. In early stopping: mode="min" for these.
    # end snippet
    for loss in (dice, cosine):
        assert float(loss(right, right)) < float(loss(right, wrong))
    assert abs(float(cosine(right, right)) + 1) < 1e-6
    assert abs(float(dice(right, right))) < 1e-6


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import paddle

    labels = paddle.to_tensor([[1], [0]])
    right = paddle.to_tensor([[0.0, 1.0], [1.0, 0.0]])
    # snippet: fix_paddle | paddle | dice_loss is small when right, cosine_similarity is large | dice_loss 越对越小，cosine_similarity 越对越大
    loss = paddle.nn.functional.dice_loss(right, labels)  # as it is
    loss = loss + 1 - paddle.nn.functional.cosine_similarity(right, right).mean()  # one minus
    # end snippet
    assert abs(float(loss)) < 1e-3
    assert float(paddle.nn.functional.dice_loss(1 - right, labels)) > 0.9
