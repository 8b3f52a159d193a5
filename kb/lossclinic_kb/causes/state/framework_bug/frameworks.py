"""The plain paths of Transformers and Keras, to compare with the fast ones."""

from __future__ import annotations


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace() as folder:
        _hf(str(folder))
        _keras()


def _hf(folder: str) -> None:
    from transformers import BertForSequenceClassification

    from lossclinic_kb.lab.tiny.hf import QUIET, bert

    BertForSequenceClassification(bert()).save_pretrained(folder)
    others = dict(QUIET)
    # snippet: fix_hf | hf | Plain attention, plain optimiser, no compilation | 普通注意力、普通优化器、不编译
    from transformers import AutoModelForSequenceClassification, TrainingArguments

    model = AutoModelForSequenceClassification.from_pretrained(folder, attn_implementation="eager")
    arguments = TrainingArguments(folder, optim="adamw_torch", torch_compile=False, tf32=None, **others)
    # end snippet
    assert model.config._attn_implementation == "eager"
    assert TrainingArguments(folder).optim == "adamw_torch_fused"
    assert arguments.optim == "adamw_torch"


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import choice, linear, points

    model = linear()
    # snippet: fix_keras | keras | No compilation; then the same weights on another backend | 不编译；再换一个后端跑同样的权重
    model.compile("adam", choice(), jit_compile=False, run_eagerly=True)
    # KERAS_BACKEND=torch (or jax, tensorflow) in the environment, and model.load_weights()
    # end snippet
    assert model.run_eagerly
    model.fit(*points(), verbose=0)
