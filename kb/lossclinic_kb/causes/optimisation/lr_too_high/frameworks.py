"""A tenth of the rate, a short warm-up and a clipped gradient in four frameworks."""

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

    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, Watch, loader, rates

    watch = Watch(rates)
    train_loader, others = loader(scale=1e3), {**QUIET, "max_epochs": 1, "callbacks": [watch]}

    # snippet: fix_lightning | lightning | The rate in configure_optimizers, clipping in the Trainer | 学习率写在 configure_optimizers，裁剪交给 Trainer
    import lightning

    class Slower(Module):  # your LightningModule
        def configure_optimizers(self) -> Any:
            optimizer = torch.optim.AdamW(self.parameters(), lr=1e-4)  # a tenth
            warmup = torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=0.01, total_iters=200)
            return {"optimizer": optimizer, "lr_scheduler": {"scheduler": warmup, "interval": "step"}}

    trainer = lightning.Trainer(gradient_clip_val=1.0, **others)  # of the norm; the default is not to clip
    trainer.fit(Slower(), train_loader)
    # end snippet
    assert 1e-6 < watch.seen[0] < watch.seen[-1] < 1e-5  # on the way up
    gradients = [p.grad for p in trainer.lightning_module.parameters() if p.grad is not None]
    norm = torch.nn.utils.get_total_norm(gradients)
    assert norm <= 1.001


def _hf(folder: str) -> None:
    from lossclinic_kb.lab.tiny.hf import QUIET, logged, trained

    others = {**QUIET, "max_steps": 8}
    # snippet: fix_hf | hf | Rate, warm-up and clipping are arguments | 学习率、预热、裁剪都是参数
    from transformers import TrainingArguments

    arguments = TrainingArguments(
        folder,
        learning_rate=2e-5,  # full fine-tuning: 1e-5 to 5e-5; LoRA: 1e-4 to 3e-4
        lr_scheduler_type="cosine",
        warmup_steps=0.25,  # below 1: a share of all steps; 0.05 is enough in a real run
        max_grad_norm=1.0,  # the log shows grad_norm before clipping
        **others,
    )
    # end snippet
    rates = logged(trained(arguments), "learning_rate")
    assert rates.index(max(rates)) == 2
    assert abs(max(rates) - 2e-5) < 1e-12


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import choice, linear, points

    model, loss_fn, total = linear(), choice(), 100
    # snippet: fix_keras | keras | A schedule with warm-up in place of the number; the norm of all gradients bounded | 用带预热的调度代替数字，限制整体梯度范数
    import keras

    warmup = max(1, total // 20)  # total = epochs * batches
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, decay_steps=total - warmup, warmup_target=1e-4, warmup_steps=warmup
    )
    optimizer = keras.optimizers.Adam(rate, global_clipnorm=1.0)  # clipnorm would clip each weight by itself
    model.compile(optimizer, loss_fn)
    # end snippet
    model.fit(*points(scale=1e4), verbose=0)
    assert [float(rate(step)) for step in (0, 100)] == [0.0, 0.0]
    assert abs(float(rate(5)) - 1e-4) < 1e-9


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import linear, paddle, points

    model, loss_fn, loader = linear(), paddle.nn.CrossEntropyLoss(), [points(scale=1e4)] * 4
    # snippet: fix_paddle | paddle | The schedule is stepped by you, the clipping by the optimiser | 调度要自己 step，裁剪由优化器完成
    rate = paddle.optimizer.lr.LinearWarmup(1e-4, warmup_steps=200, start_lr=0.0, end_lr=1e-4)
    clip = paddle.nn.ClipGradByGlobalNorm(1.0)
    optimizer = paddle.optimizer.AdamW(rate, parameters=model.parameters(), grad_clip=clip)
    for inputs, targets in loader:
        loss_fn(model(inputs), targets).backward()
        optimizer.step()
        optimizer.clear_grad()
        rate.step()
    # end snippet
    assert abs(optimizer.get_lr() - 1e-4 * 4 / 200) < 1e-12
