"""A linear warm-up and a cosine decay in four frameworks."""

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
    import lightning
    import torch

    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, Watch, loader, rates

    class Warm(Module):
        # snippet: fix_lightning | lightning | interval: step, or the warm-up is counted in epochs | 写上 interval: step，否则预热按 epoch 走
        def configure_optimizers(self) -> Any:
            optimizer = torch.optim.AdamW(self.parameters(), lr=1e-3)
            total = int(self.trainer.estimated_stepping_batches)  # accumulation and devices counted in
            warmup = max(1, total // 20)
            up = torch.optim.lr_scheduler.LinearLR(optimizer, 1 / warmup, total_iters=warmup)
            down = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, max(1, total - warmup))
            both = torch.optim.lr_scheduler.SequentialLR(optimizer, [up, down], milestones=[warmup])
            return {"optimizer": optimizer, "lr_scheduler": {"scheduler": both, "interval": "step"}}

        # end snippet

    watch = Watch(rates)
    trainer = lightning.Trainer(max_epochs=10, callbacks=[watch], **QUIET)
    trainer.fit(Warm(), loader())
    assert len(watch.seen) == 40
    assert max(watch.seen) == 1e-3
    assert watch.seen.index(max(watch.seen)) <= 2
    assert watch.seen[-1] < 1e-5


def _hf(folder: str) -> None:
    from lossclinic_kb.lab.tiny.hf import QUIET, logged, trained

    others = {**QUIET, "max_steps": 20}
    # snippet: fix_hf | hf | Off by default: warmup_steps is 0 | 默认没有预热：warmup_steps 是 0
    from transformers import TrainingArguments

    arguments = TrainingArguments(
        folder,
        lr_scheduler_type="cosine",
        warmup_steps=0.05,  # below 1: a share of all steps; from 1 on: their number
        **others,
    )
    # end snippet
    rates = logged(trained(arguments), "learning_rate")
    assert rates[0] < max(rates) == rates[1] == 5e-5
    assert rates[-1] < 1e-6


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import choice, linear, points

    model, inputs, targets = linear(), *points(16)
    # snippet: fix_keras | keras | CosineDecay warms up if it is told a target | CosineDecay 给了 warmup_target 才会预热
    import keras

    total = 5 * len(inputs) // 4  # epochs * samples / batch size
    warmup = max(1, total // 10)
    rate = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=0.0,  # where the warm-up starts
        warmup_target=1e-3,
        warmup_steps=warmup,
        decay_steps=total - warmup,  # counted from the end of the warm-up
    )
    model.compile(keras.optimizers.AdamW(rate), loss=keras.losses.SparseCategoricalCrossentropy(True))
    # end snippet
    assert model.loss.name == choice().name
    model.fit(inputs, targets, batch_size=4, epochs=5, verbose=0)
    assert float(rate(0)) == 0.0
    assert abs(float(rate(warmup)) - 1e-3) < 1e-9
    assert float(model.optimizer.learning_rate) < 1e-6


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import linear, paddle

    model, total, peak = linear(), 40, 1e-3
    # snippet: fix_paddle | paddle | LinearWarmup around the schedule that follows | LinearWarmup 套在后续调度外面
    warmup = max(1, total // 20)
    after = paddle.optimizer.lr.CosineAnnealingDecay(peak, T_max=total - warmup)
    rate = paddle.optimizer.lr.LinearWarmup(after, warmup_steps=warmup, start_lr=0.0, end_lr=peak)
    optimizer = paddle.optimizer.AdamW(rate, parameters=model.parameters())
    # in the loop, after optimizer.step(): rate.step(); with paddle.Model it is done for every batch
    # end snippet
    seen = []
    for _ in range(total):
        seen.append(optimizer.get_lr())
        rate.step()
    assert seen[0] == 0.0
    assert abs(seen[warmup] - peak) < 1e-9
    assert seen[-1] < 1e-5
