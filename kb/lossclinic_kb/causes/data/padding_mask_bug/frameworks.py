"""Padding with Hugging Face collators and with Keras layers."""

from __future__ import annotations

import os


def exercise() -> None:
    """Run the snippets of both frameworks; the assertions are what the article claims of them."""
    _hugging_face()
    _keras()


def _hugging_face() -> None:
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from transformers import PreTrainedTokenizerFast

    special = {"unk_token": "<unk>", "eos_token": "<eos>"}
    vocabulary = {"<eos>": 0, "<unk>": 1, "a": 2, "b": 3, "c": 4}
    words = Tokenizer(WordLevel(vocabulary, special["unk_token"]))
    words.pre_tokenizer = Whitespace()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, **special)  # type: ignore[no-untyped-call]
    texts = ["a b c a", "b"]

    # snippet: fix_hf | hf | Training: labels padded with -100. Generation: padding on the left | 训练：标签用 -100 补齐；生成：左侧 padding
    from transformers import DataCollatorForSeq2Seq

    tokenizer.pad_token = tokenizer.eos_token  # where the tokenizer has none of its own
    rows = [tokenizer(text + tokenizer.eos_token) for text in texts]
    for row in rows:
        row["labels"] = list(row["input_ids"])  # made before padding: the true end of text stays a target
    collator = DataCollatorForSeq2Seq(tokenizer, label_pad_token_id=-100)  # also for decoders without encoder
    batch = collator(rows)
    # DataCollatorForLanguageModeling(mlm=False) hides every pad_token instead, the true end included.
    tokenizer.padding_side = (
        "left"  # for model.generate(**tokenizer(prompts, padding=True, return_tensors="pt"))
    )
    # end snippet
    assert batch["labels"][1].tolist() == [3, 0, -100, -100, -100]
    assert batch["attention_mask"][1].tolist() == [1, 1, 0, 0, 0]
    prompts = tokenizer(texts, padding=True, return_tensors="pt")
    assert prompts["attention_mask"].tolist() == [[1, 1, 1, 1], [0, 0, 0, 1]]


def _keras() -> None:
    os.environ.setdefault("KERAS_BACKEND", "torch")
    import keras
    import numpy as np

    # snippet: fix_keras | keras | 0 is padding; layers behind it are told | 0 表示 padding，后面的层都会知道
    tokens = keras.Input((None,), dtype="int32")
    words = keras.layers.Embedding(100, 16, mask_zero=True)(tokens)  # real tokens are numbered from 1
    pooled = keras.layers.GlobalAveragePooling1D()(words)  # uses the mask; so do LSTM, GRU and attention
    model = keras.Model(tokens, keras.layers.Dense(3)(pooled))
    # Flatten and Conv1D do not: what they see still depends on the padding.
    # end snippet
    alone, padded = model(np.array([[5, 6, 7]])), model(np.array([[5, 6, 7, 0, 0, 0]]))
    assert keras.ops.max(keras.ops.abs(alone - padded)).item() < 1e-6
