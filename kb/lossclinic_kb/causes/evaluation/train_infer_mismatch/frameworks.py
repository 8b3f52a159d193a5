"""Preprocessing that travels with the weights, in Transformers and Keras."""

from __future__ import annotations


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace() as folder:
        _hf(str(folder / "hf"))
        _keras(str(folder / "model.keras"))


def _hf(folder: str) -> None:
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from transformers import BertForSequenceClassification, PreTrainedTokenizerFast

    from lossclinic_kb.lab.tiny.hf import QUIET, TrainingArguments, bert

    words = Tokenizer(WordLevel({"<unk>": 0, "a": 2}, "<unk>"))
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, unk_token="<unk>", pad_token="<unk>")  # type: ignore[no-untyped-call]  # noqa: S106
    model, arguments = BertForSequenceClassification(bert()), TrainingArguments(folder, **QUIET)
    # snippet: fix_hf | hf | processing_class is saved beside the weights, and loaded from there | processing_class 会和权重存在一起，推理时从那里加载
    from transformers import AutoTokenizer, Trainer

    trainer = Trainer(model, arguments, processing_class=tokenizer)
    trainer.save_model(folder)
    served = AutoTokenizer.from_pretrained(folder)  # the same folder as the weights, no other name
    # end snippet
    assert served("a")["input_ids"] == tokenizer("a")["input_ids"] == [2]


def _keras(path: str) -> None:
    from lossclinic_kb.lab.tiny.keras import choice, keras, points

    inputs, targets = points(64, scale=50.0)
    # snippet: fix_keras | keras | The scaling is a layer, and is saved with the model | 归一化做成一层，随模型一起保存
    scale = keras.layers.Normalization()
    scale.adapt(inputs)  # training data only
    model = keras.Sequential([keras.Input((4,)), scale, keras.layers.Dense(3)])
    model.compile("adam", choice())
    model.fit(inputs, targets, verbose=0)
    model.save(path)  # whoever loads it hands in raw numbers
    # end snippet
    served = keras.saving.load_model(path)
    assert abs(served.predict(inputs, verbose=0) - model.predict(inputs, verbose=0)).max() < 1e-6
