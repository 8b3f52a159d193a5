"""Units that leak, in Keras and PaddlePaddle."""

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

    # snippet: fix_keras | keras | negative_slope is 0.3 by default | negative_slope 默认是 0.3
    model = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(16, kernel_initializer="he_normal"),
            keras.layers.LeakyReLU(negative_slope=0.01),  # or activation="gelu" in Dense
            keras.layers.Dense(3),
        ]
    )
    # end snippet
    leak = model.layers[1]
    assert np.allclose(leak(np.array([[-100.0, 100.0]])).detach().numpy(), [[-1.0, 100.0]])
    assert keras.layers.LeakyReLU().negative_slope == 0.3


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import paddle

    # snippet: fix_paddle | paddle | LeakyReLU, with weights drawn for it | LeakyReLU，初始化也跟着配套
    kaiming = paddle.nn.initializer.KaimingNormal(negative_slope=0.01, nonlinearity="leaky_relu")
    model = paddle.nn.Sequential(
        paddle.nn.Linear(4, 16, weight_attr=paddle.ParamAttr(initializer=kaiming)),
        paddle.nn.LeakyReLU(0.01),
        paddle.nn.Linear(16, 3),
    )
    # end snippet
    assert abs(float(model[1](paddle.to_tensor([-100.0])).item()) + 1.0) < 1e-6
