"""Data and figures over several processes in three frameworks; here each is one process alone."""

from __future__ import annotations

from typing import Any


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace():
        _lightning()
        _hf()
        _paddle()


def _lightning() -> None:
    from torch import Tensor

    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, loader

    others, train_loader = {**QUIET, "max_epochs": 1}, loader()
    # snippet: fix_lightning | lightning | The Trainer wraps and samples; figures need sync_dist | 包装和采样由 Trainer 做；指标要加 sync_dist
    import lightning

    class Synced(Module):  # your LightningModule
        def validation_step(self, batch: list[Tensor], _: int) -> None:
            self.log("val_loss", self.loss(batch), sync_dist=True)  # or each rank logs its own share

    trainer = lightning.Trainer(**others)  # strategy="ddp", devices=4; no DistributedSampler of your own
    trainer.fit(Synced(), train_loader, loader(8))
    # end snippet
    assert "val_loss" in trainer.callback_metrics


def _hf() -> None:
    from accelerate import Accelerator

    from lossclinic_kb.lab.tiny.hf import Model, rows

    network = Model()
    samples: Any = rows(10)
    # snippet: fix_hf | hf | Accelerate: prepare all, gather for metrics | Accelerate：全部 prepare，指标用 gather_for_metrics
    import torch
    from torch.utils.data import DataLoader

    accelerator = Accelerator(cpu=True)
    model, val_loader = accelerator.prepare(network, DataLoader(samples, batch_size=4))
    right = []
    for batch in val_loader:
        predicted = model(batch["x"])["logits"].argmax(-1)
        both = accelerator.gather_for_metrics((predicted, batch["labels"]))  # drops what was repeated to fill
        right.append(both[0] == both[1])
    accuracy = torch.cat(right).float().mean()
    # end snippet
    assert len(torch.cat(right)) == 10
    assert 0 <= float(accuracy) <= 1


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import linear, paddle, points

    network = linear()
    dataset = paddle.io.TensorDataset(list(points(32)))
    # snippet: fix_paddle | paddle | Sampler, epoch and wrapper | 采样器、epoch、包装，三样缺一不可
    # after paddle.distributed.init_parallel_env():
    model = paddle.DataParallel(network) if paddle.distributed.get_world_size() > 1 else network
    sampler = paddle.io.DistributedBatchSampler(dataset, batch_size=8, shuffle=True)
    loader = paddle.io.DataLoader(dataset, batch_sampler=sampler)
    for epoch in range(2):
        sampler.set_epoch(epoch)
        for inputs, targets in loader:
            loss = paddle.nn.functional.cross_entropy(model(inputs), targets)
    # end snippet
    assert float(loss) > 0
    assert len(loader) == 4
