"""Initial weights in Transformers, Keras and PaddlePaddle, whose defaults differ from PyTorch's."""

from __future__ import annotations


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace():
        _hf()
        _keras()
        _paddle()


def _hf() -> None:
    from transformers import BertForSequenceClassification

    from lossclinic_kb.lab.tiny.hf import bert

    config = bert()
    # snippet: fix_hf | hf | initializer_range is the spread of every new weight | initializer_range 是所有新权重的标准差
    config.initializer_range = 0.02  # before the model is made; pretrained weights are not touched
    model = BertForSequenceClassification(config)
    # end snippet
    assert 0.015 < float(model.bert.embeddings.position_embeddings.weight.std()) < 0.025
    assert float(model.classifier.bias.abs().sum()) == 0


def _keras() -> None:
    import numpy as np

    from lossclinic_kb.lab.tiny.keras import keras

    keras.utils.set_random_seed(0)
    # snippet: fix_keras | keras | The default is Glorot: He for ReLU, a small last layer | 默认是 Glorot；ReLU 要用 He，最后一层要小
    model = keras.Sequential(
        [
            keras.Input((256,)),
            keras.layers.Dense(512, activation="relu", kernel_initializer="he_normal"),
            keras.layers.Dense(10, kernel_initializer=keras.initializers.RandomNormal(stddev=0.01)),
        ]
    )
    # end snippet
    first, last = model.layers[0].get_weights()[0], model.layers[1].get_weights()[0]
    assert abs(first.std() - (2 / 256) ** 0.5) < 0.01
    assert np.isclose(last.std(), 0.01, rtol=0.1)


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import paddle

    paddle.seed(0)
    # snippet: fix_paddle | paddle | Kaiming by weight_attr; Linear's weight is (inputs, outputs) | 用 weight_attr 指定 Kaiming；Linear 的权重是 (输入, 输出)
    kaiming = paddle.nn.initializer.KaimingNormal()
    small = paddle.nn.initializer.Normal(std=0.01)
    model = paddle.nn.Sequential(
        paddle.nn.Linear(256, 512, weight_attr=paddle.ParamAttr(initializer=kaiming)),
        paddle.nn.ReLU(),
        paddle.nn.Linear(512, 10, weight_attr=paddle.ParamAttr(initializer=small)),
    )
    # end snippet
    assert abs(float(model[0].weight.std()) - (2 / 256) ** 0.5) < 0.01
    assert abs(float(model[2].weight.std()) - 0.01) < 0.001
    assert model[0].weight.shape == [256, 512]
