"""Scaling of inputs inside a Keras model, and before a PaddlePaddle one."""

from __future__ import annotations

from typing import Any


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace():
        _keras()
        _paddle()


def _keras() -> None:
    import numpy as np

    from lossclinic_kb.lab.tiny.keras import keras

    train_inputs = np.random.default_rng(0).normal([1e3, 5.0], [2e2, 0.1], (256, 2)).astype("float32")
    # snippet: fix_keras | keras | A layer that learns mean and spread from the training set | 用一层从训练集统计均值和方差
    scale = keras.layers.Normalization()  # pixels: Rescaling(1 / 255)
    scale.adapt(train_inputs)  # before fit(), training data only
    model = keras.Sequential([keras.Input((2,)), scale, keras.layers.Dense(3)])
    # keras.applications: preprocess_input of the same module; ConvNeXt and EfficientNet scale inside
    # end snippet
    scaled = scale(train_inputs).detach().numpy()
    assert abs(scaled.mean(0)).max() < 1e-2
    assert abs(scaled.std(0) - 1).max() < 1e-2
    assert model.layers[0] is scale


def _paddle() -> None:
    import numpy as np

    from lossclinic_kb.lab.tiny.paddle import paddle

    image: Any = np.random.default_rng(0).integers(0, 256, (8, 8, 3)).astype("uint8")
    # snippet: fix_paddle | paddle | ToTensor divides by 255; then the statistics of the backbone | ToTensor 会除以 255，再用骨干网络的均值方差
    from paddle.vision import transforms

    prepare = transforms.Compose(
        [
            transforms.ToTensor(),  # uint8 HWC to float32 CHW between 0 and 1
            transforms.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225]),
        ]
    )
    # end snippet
    tensor = prepare(image)
    assert tensor.shape == [3, 8, 8]
    assert abs(float(tensor[0, 0, 0]) - (image[0, 0, 0] / 255 - 0.485) / 0.229) < 1e-5
    assert isinstance(tensor, paddle.Tensor)
