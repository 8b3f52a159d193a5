"""Where regularisation hides in Transformers, Keras and PaddlePaddle: some of it is on by default."""

from __future__ import annotations


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace() as folder:
        _hf(str(folder))
        _keras()
        _paddle()


def _hf(folder: str) -> None:
    from transformers import BertForSequenceClassification

    from lossclinic_kb.lab.tiny.hf import QUIET, bert

    config, others = bert(), dict(QUIET)
    # snippet: fix_hf | hf | Dropout is in the model's configuration, the rest in the arguments | dropout 在模型 config 里，其余在训练参数里
    from transformers import TrainingArguments

    config.update({"hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.0})  # names differ by model
    model = BertForSequenceClassification(config)
    arguments = TrainingArguments(folder, weight_decay=0.0, label_smoothing_factor=0.0, **others)
    # end snippet
    assert {module.p for module in model.modules() if type(module).__name__ == "Dropout"} <= {0.0, 0.1}
    assert arguments.weight_decay == 0.0


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import choice, linear

    model = linear()
    # snippet: fix_keras | keras | AdamW decays by 0.004 unless told; what else is left? | AdamW 默认衰减 0.004；再看看还有哪些正则
    import keras

    optimizer = keras.optimizers.AdamW(1e-3, weight_decay=0.0)
    model.compile(optimizer, choice())
    dropout = [
        layer for layer in model.layers if getattr(layer, "rate", 0)
    ]  # rate: the share that is dropped
    penalties = [layer for layer in model.layers if getattr(layer, "kernel_regularizer", None)]
    # end snippet
    assert dropout == penalties == []
    assert keras.optimizers.AdamW().weight_decay == 0.004


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import paddle

    # snippet: fix_paddle | paddle | Dropout drops half by default; AdamW decays by 0.01 | Dropout 默认丢一半，AdamW 默认衰减 0.01
    model = paddle.nn.Sequential(paddle.nn.Linear(4, 16), paddle.nn.Dropout(0.1), paddle.nn.Linear(16, 3))
    optimizer = paddle.optimizer.AdamW(1e-3, parameters=model.parameters(), weight_decay=0.0)
    # end snippet
    assert paddle.nn.Dropout().p == 0.5
    before = model[0].weight.numpy()
    (0.0 * model(paddle.ones([2, 4])).sum()).backward()
    optimizer.step()
    assert (model[0].weight.numpy() == before).all()
