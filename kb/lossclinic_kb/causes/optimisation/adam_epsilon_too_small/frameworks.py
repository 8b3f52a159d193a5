"""Weights in float32 and arithmetic in half precision, in Lightning and PaddlePaddle."""

from __future__ import annotations


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace():
        _lightning()
        _paddle()


def _lightning() -> None:
    import torch

    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, loader

    others = {**QUIET, "max_epochs": 1}
    # snippet: fix_lightning | lightning | mixed keeps the weights in float32, true does not | mixed 的权重仍是 float32，true 不是
    import lightning

    trainer = lightning.Trainer(precision="bf16-mixed", **others)  # or "16-mixed"; not "16-true"
    # end snippet
    module = Module()
    trainer.fit(module, loader())
    assert {p.dtype for p in module.parameters()} == {torch.float32}


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import linear, paddle, points

    model, loss_fn, (inputs, targets) = linear(), paddle.nn.CrossEntropyLoss(), points()
    # snippet: fix_paddle | paddle | O1 keeps the weights in float32; O2 needs float32 copies | O1 的权重仍是 float32；O2 要有 float32 主权重
    optimizer = paddle.optimizer.Adam(1e-3, parameters=model.parameters(), epsilon=1e-8)
    # level="O2": model, optimizer = paddle.amp.decorate(model, optimizer, level="O2", master_weight=True)
    with paddle.amp.auto_cast(dtype="bfloat16", level="O1"):
        loss = loss_fn(model(inputs), targets)
    loss.backward()
    optimizer.step()
    # end snippet
    assert {p.dtype for p in model.parameters()} == {paddle.float32}
