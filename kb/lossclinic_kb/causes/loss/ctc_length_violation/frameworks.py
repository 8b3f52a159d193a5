"""CTC in Keras and PaddlePaddle, which treat a sequence that is too short in opposite ways."""

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

    draw = np.random.default_rng(0)
    labels, steps = np.array([[1, 2, 2], [1, 1, 1], [3, 0, 0]]), 4
    scores = draw.normal(size=(3, steps, 4)).astype("float32")
    # snippet: fix_keras | keras | Blank and padding are 0, raw scores go in; leave out what does not fit | blank 和 padding 都是 0，输入原始分数；对不上的样本去掉
    real = labels != 0  # CTC gives inf where steps < needed
    repeats = ((labels[:, 1:] == labels[:, :-1]) & real[:, 1:]).sum(axis=1)
    fits = real.sum(axis=1) + repeats <= steps
    loss = keras.losses.CTC()(labels[fits], scores[fits])
    # end snippet
    assert fits.tolist() == [True, False, True]
    assert bool(loss.isfinite())
    assert not bool(keras.losses.CTC()(labels, scores).isfinite())


def _paddle() -> None:
    import numpy as np

    from lossclinic_kb.lab.tiny.paddle import paddle

    draw = np.random.default_rng(0)
    scores = paddle.to_tensor(draw.normal(size=(4, 3, 4)).astype("float32"))  # (steps, batch, classes)
    labels = paddle.to_tensor([[1, 2, 2], [1, 1, 1], [3, 0, 0]], dtype="int32")
    input_lengths, label_lengths = paddle.to_tensor([4, 4, 4]), paddle.to_tensor([3, 3, 1])
    # snippet: fix_paddle | paddle | Raw scores, softmax is inside; too short gives 0, not inf: count it | 输入原始分数，内部做 softmax；太短时返回 0 而不是 inf，要自己数
    ctc = paddle.nn.CTCLoss(blank=0, reduction="none")
    losses = ctc(scores, labels, input_lengths, label_lengths)
    repeats = (labels[:, 1:] == labels[:, :-1]) & (
        paddle.arange(1, labels.shape[1]) < label_lengths.unsqueeze(1)
    )
    fits = label_lengths + repeats.sum(axis=1) <= input_lengths
    loss = losses[fits].mean()  # and log int((~fits).sum())
    # end snippet
    assert fits.tolist() == [True, False, True]
    assert losses.numpy()[1] == 0.0
    assert float(loss) > 0
