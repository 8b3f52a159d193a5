"""A small head on a frozen network in Keras and PaddlePaddle."""

from __future__ import annotations


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace():
        _keras()
        _paddle()


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import choice, keras, points, weights

    layers = [keras.Input((4,)), keras.layers.Dense(8), keras.layers.BatchNormalization()]
    base, (inputs, targets) = keras.Sequential(layers), points()
    # snippet: fix_keras | keras | Frozen, and in inference mode even when thawed later | 冻结，并且解冻后 BN 也保持推理模式
    base.trainable = False  # base: keras.applications.*(include_top=False, pooling="avg")
    inputs_layer = keras.Input(base.input_shape[1:])
    features = base(inputs_layer, training=False)  # keeps BatchNormalization's statistics
    model = keras.Model(inputs_layer, keras.layers.Dense(3)(keras.layers.Dropout(0.2)(features)))
    model.compile(keras.optimizers.Adam(1e-3), choice())
    # end snippet
    before = weights(base)
    model.fit(inputs, targets, verbose=0)
    assert (weights(base) == before).all()
    assert len(model.trainable_weights) == 2


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import paddle, points, weights

    base = paddle.nn.Sequential(paddle.nn.Linear(4, 8), paddle.nn.BatchNorm1D(8))
    # snippet: fix_paddle | paddle | stop_gradient for the weights, eval() for the statistics | 权重用 stop_gradient，统计量用 eval()
    for p in base.parameters():
        p.stop_gradient = True
    base.eval()  # again after every model.train()
    head = paddle.nn.Linear(8, 3)
    optimizer = paddle.optimizer.Adam(1e-3, parameters=head.parameters())
    # end snippet
    inputs, targets = points()
    before, mean = weights(base), base[1]._mean.numpy()
    paddle.nn.functional.cross_entropy(head(base(inputs)), targets).backward()
    optimizer.step()
    assert (weights(base) == before).all()
    assert (base[1]._mean.numpy() == mean).all()
    assert head.weight.grad is not None
