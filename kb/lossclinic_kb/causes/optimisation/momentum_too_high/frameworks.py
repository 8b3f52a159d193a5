"""Momentum in Keras and PaddlePaddle, whose defaults differ."""

from __future__ import annotations


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace():
        _keras()
        _paddle()


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import choice, linear, points, weights

    model, loss_fn = linear(), choice()
    # snippet: fix_keras | keras | The default is none; the rate is inside the buffer | 默认没有动量；学习率是乘进动量里的
    import keras

    optimizer = keras.optimizers.SGD(0.01, momentum=0.9)  # v = m*v - lr*g; w += v
    model.compile(optimizer, loss_fn)
    # end snippet
    inputs, targets = points()
    model.fit(inputs, targets, batch_size=16, verbose=0)
    before = weights(model)
    optimizer.learning_rate = 0.0
    model.fit(inputs, targets, batch_size=16, verbose=0)
    assert abs(weights(model) - before).max() > 1e-4  # the buffer still moves: PyTorch's would not
    assert float(keras.optimizers.SGD().momentum) == 0.0


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import linear, paddle, points, weights

    model, loss_fn = linear(), paddle.nn.CrossEntropyLoss()
    # snippet: fix_paddle | paddle | Momentum, not SGD, which has none | 用 Momentum；SGD 没有动量
    optimizer = paddle.optimizer.Momentum(0.01, momentum=0.9, parameters=model.parameters())
    # v = m*v + g; w -= lr*v, as in PyTorch
    # end snippet
    inputs, targets = points()
    start = weights(model)
    steps = []
    for _ in range(2):
        loss_fn(model(inputs), targets).backward()
        optimizer.step()
        optimizer.clear_grad()
        steps.append(weights(model) - start)
        start = weights(model)
    assert 1.7 < abs(steps[1]).sum() / abs(steps[0]).sum() < 2.0
    optimizer.set_lr(0.0)
    loss_fn(model(inputs), targets).backward()
    optimizer.step()
    assert (weights(model) == start).all()
