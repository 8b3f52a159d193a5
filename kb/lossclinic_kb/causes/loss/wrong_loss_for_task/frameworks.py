"""The loss of each kind of target in Keras, in the Hugging Face Trainer and in PaddlePaddle."""

from __future__ import annotations

import os
from typing import Any


def keras_models(features: int, classes: int) -> tuple[Any, Any, Any]:
    """Return three compiled models: one of K, yes or no, and a quantity."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    import keras

    # snippet: fix_keras | keras | Last layer and loss belong together | 最后一层和损失要配套
    # Class numbers 0 to K - 1; one-hot targets: CategoricalCrossentropy instead.
    choice = keras.Sequential([keras.Input((features,)), keras.layers.Dense(classes)])
    choice.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    # 0 or 1, one output for each question.
    yes_no = keras.Sequential([keras.Input((features,)), keras.layers.Dense(1)])
    yes_no.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True))
    # A quantity: no activation, and no "accuracy" among the metrics.
    quantity = keras.Sequential([keras.Input((features,)), keras.layers.Dense(1)])
    quantity.compile("adam", "mse", metrics=["mae"])
    # end snippet
    return choice, yes_no, quantity


def bert_configuration(classes: int) -> Any:
    """Return the configuration of a text classifier for one of `classes`."""
    from transformers import AutoConfig

    # snippet: fix_hf | hf | num_labels and the type of the labels choose the loss | 损失由 num_labels 和标签类型决定
    config = AutoConfig.for_model(  # with weights: AutoConfig.from_pretrained(name, num_labels=...)
        "bert",
        num_labels=classes,  # 1 means regression: squared error
        problem_type="single_label_classification",  # or "multi_label_classification", "regression"
    )
    # Labels: int64 class numbers; float 0 and 1 of shape (batch, num_labels); floats.
    # end snippet
    return config  # noqa: RET504 - the snippet names it


def paddle_loss(scores: Any, classes: Any) -> Any:
    """Return the cross-entropy of class numbers in PaddlePaddle."""
    from lossclinic_kb.lab.tiny.paddle import paddle

    # snippet: fix_paddle | paddle | Class numbers and raw scores | 类别编号配原始分数
    loss_fn = paddle.nn.CrossEntropyLoss()  # softmax inside; soft_label=True for one-hot or mixed targets
    loss = loss_fn(scores, classes.astype("int64"))  # scores (N, K), classes (N,) or (N, 1), from 0 to K - 1
    # end snippet
    return loss  # noqa: RET504 - the snippet names it


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    import numpy as np

    choice, yes_no, quantity = keras_models(4, 3)
    rows = np.random.default_rng(0).normal(size=(16, 4)).astype("float32")
    first = choice.evaluate(rows, np.arange(16) % 3, verbose=0)[0]
    assert 0.2 < first < 5.0
    assert yes_no.evaluate(rows, np.arange(16) % 2, verbose=0) > 0
    assert quantity.evaluate(rows, np.zeros(16), verbose=0)[0] > 0
    assert float(yes_no.evaluate(rows, 9.0 * np.ones(16), verbose=0)) < first + 9  # no error is raised

    import torch
    from transformers import BertForSequenceClassification

    config = bert_configuration(3)
    config.update(
        {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 8}
    )
    model = BertForSequenceClassification(config)
    loss = model(input_ids=torch.ones(2, 4, dtype=torch.int64), labels=torch.tensor([0, 2])).loss
    assert 0.5 < loss.item() < 2.0

    from lossclinic_kb.lab.tiny.paddle import paddle

    scores = paddle.to_tensor([[2.0, 0.0, 0.0], [0.0, 3.0, 0.0]])
    flat, column = (paddle_loss(scores, paddle.to_tensor(classes)) for classes in ([0, 1], [[0], [1]]))
    softmax = paddle.nn.functional.softmax(scores)
    assert abs(float(flat) + float(paddle.log(softmax[0, 0]) + paddle.log(softmax[1, 1])) / 2) < 1e-5
    assert float(flat) == float(column)
