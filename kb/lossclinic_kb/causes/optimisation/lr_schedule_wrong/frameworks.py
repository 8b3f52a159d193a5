"""What a schedule counts in four frameworks: optimiser steps, batches or epochs."""

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

    class Cycled(Module):
        # snippet: fix_lightning | lightning | The default interval is the epoch: say step | 默认每个 epoch 走一步，要写明 step
        def configure_optimizers(self) -> Any:
            optimizer = torch.optim.AdamW(self.parameters())
            total = int(self.trainer.estimated_stepping_batches)  # optimizer steps of the whole run
            cycle = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1e-3, total_steps=total)
            return {"optimizer": optimizer, "lr_scheduler": {"scheduler": cycle, "interval": "step"}}

        # end snippet

    watch = Watch(rates)
    trainer = lightning.Trainer(max_epochs=10, accumulate_grad_batches=2, callbacks=[watch], **QUIET)
    trainer.fit(Cycled(), loader())
    assert trainer.global_step == 20  # of forty batches
    assert max(watch.seen) > 9e-4
    assert min(watch.seen) < watch.seen[0]


def _hf(folder: str) -> None:
    from lossclinic_kb.lab.tiny.hf import QUIET, logged, trained

    others = {**QUIET, "max_steps": 20}
    # snippet: fix_hf | hf | Planned over all optimiser steps by the Trainer itself | Trainer 自己按优化器总步数规划
    from transformers import TrainingArguments

    arguments = TrainingArguments(
        folder,
        learning_rate=1e-3,
        lr_scheduler_type="cosine_with_min_lr",
        lr_scheduler_kwargs={"min_lr_rate": 0.1},  # ends at a tenth, not at 0
        warmup_steps=0.05,
        **others,
    )
    # end snippet
    rates = logged(trained(arguments), "learning_rate")
    assert max(rates) == 1e-3
    assert 1e-4 < rates[-1] < 1.2e-4


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import choice, linear, points

    model, loss_fn, (inputs, targets), epochs, batch_size = linear(), choice(), points(18), 5, 4
    # snippet: fix_keras | keras | A schedule counts batches: samples are not steps | 调度按 batch 计数，不是按样本，也不是按 epoch
    import math

    import keras

    steps = math.ceil(len(inputs) / batch_size) * epochs  # the last batch may be smaller
    rate = keras.optimizers.schedules.CosineDecay(1e-3, decay_steps=steps)
    model.compile(keras.optimizers.Adam(rate), loss_fn)
    model.fit(inputs, targets, batch_size=batch_size, epochs=epochs, verbose=0)
    # end snippet
    assert int(model.optimizer.iterations) == steps == 25
    assert float(model.optimizer.learning_rate) < 1e-6


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import linear, paddle, points

    inputs, targets = points()
    data = paddle.io.TensorDataset([inputs, targets.unsqueeze(1)])
    model = paddle.Model(linear())
    # snippet: fix_paddle | paddle | Model.fit steps after every batch unless told otherwise | Model.fit 默认每个 batch 走一步
    rate = paddle.optimizer.lr.MultiStepDecay(0.1, milestones=[2, 4])  # meant in epochs
    optimizer = paddle.optimizer.SGD(rate, parameters=model.parameters())
    model.prepare(optimizer, paddle.nn.CrossEntropyLoss())
    by_epoch = paddle.callbacks.LRScheduler(by_step=False, by_epoch=True)
    model.fit(data, batch_size=4, epochs=3, verbose=0, callbacks=[by_epoch])
    # end snippet
    assert abs(optimizer.get_lr() - 0.01) < 1e-9  # after three epochs of four batches
