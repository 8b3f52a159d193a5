"""Loss scaling in four frameworks. On a CPU, Paddle switches its scaler off and Lightning takes bfloat16."""

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
    import torch

    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, loader

    others = {**QUIET, "max_epochs": 1}
    # snippet: fix_lightning | lightning | The Trainer scales, unscales and clips in the right order | 缩放、还原、裁剪的顺序由 Trainer 管
    import lightning

    trainer = lightning.Trainer(precision="16-mixed", gradient_clip_val=1.0, **others)
    # no GradScaler of your own, no clip_grad_norm_; in manual optimisation self.clip_gradients(optimizer, 1.0)
    # end snippet
    assert trainer.precision == "bf16-mixed"
    from lightning.pytorch.plugins import MixedPrecision

    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    trainer = lightning.Trainer(
        plugins=MixedPrecision("16-mixed", "cpu", scaler), gradient_clip_val=1.0, **others
    )
    norms: list[float] = []

    class Seeing(Module):
        def on_before_zero_grad(self, optimizer: torch.optim.Optimizer) -> None:
            gradients = [p.grad for p in self.parameters() if p.grad is not None]
            norms.append(torch.nn.utils.get_total_norm(gradients).item() if gradients else 0.0)

    trainer.fit(Seeing(), loader(scale=100.0))
    assert 0.9 < max(norms) < 1.01


def _hf(folder: str) -> None:
    from lossclinic_kb.lab.tiny.hf import QUIET, logged, trained

    others = dict(QUIET)
    # snippet: fix_hf | hf | One argument, no scaler of your own; bf16 needs none | 只设一个参数，不要自建 scaler；bf16 不需要
    from transformers import TrainingArguments

    arguments = TrainingArguments(folder, bf16=True, max_grad_norm=1.0, **others)  # or fp16=True
    # end snippet
    assert max(logged(trained(arguments), "grad_norm")) < 10


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import choice, keras, points

    loss_fn = choice()
    try:
        # snippet: fix_keras | keras | compile() adds the scaler; it makes growing and skipping its own business | compile() 会自动套上 scaler，放大和跳步都由它管
        keras.mixed_precision.set_global_policy("mixed_float16")  # "mixed_bfloat16" needs no scaler
        outputs = keras.layers.Dense(3, dtype="float32")
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8), outputs])
        model.compile(keras.optimizers.Adam(global_clipnorm=1.0), loss_fn)
        # In a loop of your own: loss = optimizer.scale_loss(loss); apply() divides again.
        # end snippet
        history = model.fit(*points(), batch_size=4, verbose=0).history
        assert history["loss"][0] < 10
        assert isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer)
        assert float(model.optimizer.scale_loss(1.0)) == 2.0**15
    finally:
        keras.mixed_precision.set_global_policy("float32")


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import linear, paddle, points, weights

    model, loss_fn, loader = linear(), paddle.nn.CrossEntropyLoss(), [points()] * 2
    clip = paddle.nn.ClipGradByGlobalNorm(1.0)
    optimizer: Any = paddle.optimizer.Adam(parameters=model.parameters(), grad_clip=clip)
    before = weights(model)
    # snippet: fix_paddle | paddle | scale, step, update; clipping sits in the optimiser | scale、step、update；裁剪写在优化器里
    scaler = paddle.amp.GradScaler(init_loss_scaling=65536.0)  # one for the whole run
    for inputs, targets in loader:
        with paddle.amp.auto_cast(dtype="float16"):
            loss = loss_fn(model(inputs), targets)
        scaler.scale(loss).backward()
        scaler.step(optimizer)  # divides, clips, steps, or leaves the step out
        scaler.update()
        optimizer.clear_grad()
    # end snippet
    assert (weights(model) != before).all()
