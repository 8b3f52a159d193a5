"""Weights in float32 under half-precision arithmetic, in three frameworks."""

from __future__ import annotations


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace() as folder:
        _lightning()
        _hf(str(folder))
        _keras()


def _lightning() -> None:
    import torch

    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, loader

    others = {**QUIET, "max_epochs": 1}
    # snippet: fix_lightning | lightning | mixed, not true: the weights stay in float32 | 用 mixed，不用 true：权重保持 float32
    import lightning

    trainer = lightning.Trainer(precision="bf16-mixed", **others)  # "bf16-true" rounds the weights as well
    # end snippet
    module = Module()
    trainer.fit(module, loader())
    assert {p.dtype for p in module.parameters()} == {torch.float32}


def _hf(folder: str) -> None:
    import torch
    from transformers import BertForSequenceClassification

    from lossclinic_kb.lab.tiny.hf import QUIET, bert

    BertForSequenceClassification(bert()).bfloat16().save_pretrained(folder)
    others = dict(QUIET)
    # snippet: fix_hf | hf | Load in float32: the default is the type of the checkpoint | 以 float32 加载：默认沿用检查点的类型
    from transformers import AutoModelForSequenceClassification, TrainingArguments

    model = AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.float32)
    arguments = TrainingArguments(folder, bf16=True, **others)  # products in bfloat16, weights not
    # end snippet
    assert model.dtype == torch.float32
    assert arguments.bf16
    assert AutoModelForSequenceClassification.from_pretrained(folder).dtype == torch.bfloat16


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import choice, keras, linear, points

    try:
        # snippet: fix_keras | keras | mixed_bfloat16, not bfloat16 | 用 mixed_bfloat16，不用 bfloat16
        keras.config.set_dtype_policy("mixed_bfloat16")  # before the first layer is made
        # end snippet
        model = linear()
        model.compile("adam", choice())
        model.fit(*points(), verbose=0)
        assert {weight.dtype for weight in model.weights} == {"float32"}
        assert model.layers[0].compute_dtype == "bfloat16"
    finally:
        keras.config.set_dtype_policy("float32")
