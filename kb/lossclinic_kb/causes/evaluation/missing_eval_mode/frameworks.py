"""Which mode a network is in: Lightning and Keras see to validation, but not to everything."""

from __future__ import annotations

from typing import Any


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace() as folder:
        _lightning()
        _hf(str(folder))
        _keras()
        _paddle()


def _lightning() -> None:
    from torch import nn

    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, Watch, loader

    module = Module(nn.Sequential(nn.Dropout(), nn.Linear(4, 3)))
    module.model.eval()  # as from_pretrained() returns it
    others = {**QUIET, "max_epochs": 1}
    # snippet: fix_lightning | lightning | Validation is seen to; but fit() leaves in eval what came in eval | 验证不用管；但 fit() 前是 eval 的子模块会一直是 eval
    import lightning

    trainer = lightning.Trainer(**others)
    module.train()  # from_pretrained() returns models in eval mode: no dropout in training
    trainer.fit(module, loader(), loader(8))
    # end snippet
    assert module.model[0].training
    module.model.eval()
    watch = Watch(lambda seen: seen.model[0].training)
    lightning.Trainer(callbacks=[watch], **others).fit(module, loader(), loader(8))
    assert not any(watch.seen)


def _hf(folder: str) -> None:
    from transformers import BertForSequenceClassification

    from lossclinic_kb.lab.tiny.hf import QUIET, Trainer, TrainingArguments, bert

    model: Any = BertForSequenceClassification(bert())
    trainer: Any = Trainer(model, TrainingArguments(folder, **QUIET))
    batch = {"input_ids": [[2, 3, 4]]}
    model.train()
    # snippet: fix_hf | hf | evaluate() and predict() see to it; a loop of your own does not | evaluate()、predict() 会管；自己写的循环要自己管
    import torch

    model.eval()
    with torch.no_grad():
        logits = model(**{key: torch.tensor(value) for key, value in batch.items()}).logits
    # end snippet
    again = trainer.predict([{"input_ids": [2, 3, 4]}]).predictions
    assert abs(logits.numpy() - again).max() < 1e-6


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import keras, points

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dropout(0.5), keras.layers.Dense(3)])
    inputs = points()[0]
    # snippet: fix_keras | keras | evaluate() and predict() see to it; in calls of your own, say so | evaluate()、predict() 会管；自己调用时要写明
    scores = model(inputs, training=False)
    # In your own layers hand it on: self.dropout(x, training=training). Never set training=True in call().
    # end snippet
    assert abs(model.predict(inputs, verbose=0) - scores.detach().numpy()).max() < 1e-6
    assert (model(inputs, training=True) != scores).any()


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import paddle, points

    model = paddle.nn.Sequential(paddle.nn.Dropout(0.5), paddle.nn.Linear(4, 3))
    val_loader = [points(), points()]
    answers = []
    # snippet: fix_paddle | paddle | eval() before, train() after; no_grad() is something else | 验证前 eval()，之后 train()；no_grad() 是另一回事
    model.eval()
    with paddle.no_grad():
        for inputs, _ in val_loader:
            answers.append(model(inputs))
    model.train()
    # end snippet
    assert bool((answers[0] == answers[1]).all())
    assert model[0].training
