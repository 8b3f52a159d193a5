"""The effective batch as each framework knows it, and the rate that fits it."""

from __future__ import annotations

from typing import Any


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace() as folder:
        _lightning()
        _hf(str(folder))
        _paddle()


def _lightning() -> None:
    import lightning
    import torch

    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, Watch, loader, rates

    class Scaled(Module):
        batch_size = 4

        # snippet: fix_lightning | lightning | Ask the Trainer for processes and accumulation | 进程数和累积步数问 Trainer 要
        def configure_optimizers(self) -> Any:
            batch = self.batch_size * self.trainer.accumulate_grad_batches * self.trainer.world_size
            return torch.optim.SGD(self.parameters(), lr=0.1 * batch / 256, momentum=0.9)  # 0.1 was for 256

        # end snippet

    watch = Watch(rates)
    trainer = lightning.Trainer(max_epochs=1, accumulate_grad_batches=8, callbacks=[watch], **QUIET)
    trainer.fit(Scaled(), loader(32))
    assert watch.seen[0] == 0.1 * 32 / 256


def _hf(folder: str) -> None:
    from lossclinic_kb.lab.tiny.hf import QUIET, logged, trained

    others = {**QUIET, "lr_scheduler_type": "constant", "gradient_accumulation_steps": 2}
    # snippet: fix_hf | hf | train_batch_size is per process | train_batch_size 是每个进程的
    from transformers import TrainingArguments

    arguments = TrainingArguments(folder, **others)
    batch = arguments.train_batch_size * arguments.gradient_accumulation_steps * arguments.world_size
    arguments.learning_rate = 1e-4 * (batch / 32) ** 0.5  # Adam's square root; 1e-4 was for 32
    # end snippet
    assert batch == 8
    assert abs(logged(trained(arguments), "learning_rate")[0] - 5e-5) < 1e-12


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import linear, paddle, points

    model, inputs = linear(), points(64)[0]
    # snippet: fix_paddle | paddle | batch_size of the sampler is per card | 采样器的 batch_size 是单卡的
    sampler = paddle.io.DistributedBatchSampler(inputs, batch_size=32, shuffle=True)
    batch = sampler.batch_size * paddle.distributed.get_world_size()
    optimizer = paddle.optimizer.Momentum(0.1 * batch / 256, parameters=model.parameters())
    # end snippet
    assert optimizer.get_lr() == 0.1 * 32 / 256
