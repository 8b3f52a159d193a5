"""Tensors without a history in PaddlePaddle, where that is the default."""

from __future__ import annotations


def exercise() -> None:
    """Run the snippet; the assertions are what the article claims of it."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace():
        _paddle()


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import linear, paddle, points

    model, inputs = linear(), points()[0]
    # snippet: fix_paddle | paddle | A tensor that is made anew has stop_gradient=True | 新建的张量默认 stop_gradient=True
    noise = paddle.zeros_like(inputs)
    noise.stop_gradient = False  # or paddle.to_tensor(array, stop_gradient=False)
    outputs = model(inputs + noise)
    chosen = paddle.stack([row.max() for row in outputs])  # not paddle.to_tensor([float(...), ...])
    chosen.mean().backward()
    # end snippet
    assert float(noise.grad.abs().sum()) > 0
    assert float(model.weight.grad.abs().sum()) > 0
    cut = paddle.to_tensor([float(row.max()) for row in model(inputs)])
    assert cut.stop_gradient
