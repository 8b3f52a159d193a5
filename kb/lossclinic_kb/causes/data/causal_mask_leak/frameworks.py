"""Causal attention in Keras and PaddlePaddle, and the shift of labels in Transformers."""

from __future__ import annotations

from typing import Any


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace():
        _hf()
        _keras()
        _paddle()


def _hf() -> None:
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(0)
    small = {"vocab_size": 20, "n_positions": 8, "n_embd": 8, "n_layer": 1, "n_head": 2}
    settings: dict[str, Any] = {**small, "bos_token_id": None, "eos_token_id": None}
    model: Any = GPT2LMHeadModel(GPT2Config(**settings))
    model.eval()
    input_ids = torch.tensor([[3, 4, 5, 6]])
    # snippet: fix_hf | hf | The model shifts: labels are the inputs as they are | 模型内部会错位：labels 直接等于 input_ids
    labels = input_ids.clone()  # not input_ids[:, 1:]: shifted twice, it skips a token
    loss = model(input_ids=input_ids, labels=labels).loss
    # end snippet
    logits = model(input_ids=input_ids).logits
    expected = torch.nn.functional.cross_entropy(logits[0, :-1], input_ids[0, 1:])
    assert abs(float(loss.detach() - expected.detach())) < 1e-5


def _keras() -> None:
    import numpy as np

    from lossclinic_kb.lab.tiny.keras import keras

    x = np.random.default_rng(0).normal(size=(2, 6, 8)).astype("float32")
    # snippet: fix_keras | keras | use_causal_mask in the call; its default is False | 调用时写 use_causal_mask=True，默认是 False
    attention = keras.layers.MultiHeadAttention(num_heads=2, key_dim=4)
    y = attention(x, x, use_causal_mask=True)
    # end snippet
    changed = x.copy()
    changed[:, -1] += 1.0
    again = attention(changed, changed, use_causal_mask=True)
    assert float((y - again)[:, :-1].abs().max()) < 1e-6
    assert float((y - again)[:, -1].abs().max()) > 1e-3


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import paddle

    paddle.seed(0)
    x = paddle.randn([2, 6, 8])
    attention = paddle.nn.MultiHeadAttention(8, 2)
    # snippet: fix_paddle | paddle | Minus infinity above the diagonal; a bool mask says what may be seen | 对角线以上填负无穷；布尔 mask 里 True 表示可以看
    length = x.shape[1]
    mask = paddle.triu(paddle.full([length, length], float("-inf")), diagonal=1)
    y = attention(x, x, x, attn_mask=mask)
    # end snippet
    changed = x.clone()
    changed[:, -1] = 1.0
    again = attention(changed, changed, changed, attn_mask=mask)
    assert float((y - again)[:, :-1].abs().max()) < 1e-6
    allowed = paddle.tril(paddle.ones([length, length])).astype("bool")
    assert float((attention(x, x, x, attn_mask=allowed) - y).abs().max()) < 1e-5
