"""Finding and raising a rate that is too low in four frameworks."""

from __future__ import annotations

from typing import Any


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace() as folder:
        _lightning(str(folder))
        _hf(str(folder))
        _keras()
        _paddle()


def _lightning(folder: str) -> None:
    import torch

    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, loader

    class Rated(Module):
        lr = 1e-7

        def configure_optimizers(self) -> Any:
            return torch.optim.SGD(self.parameters(), lr=self.lr)

    module, train_loader = Rated(), loader(64, 64)
    others = {**QUIET, "max_epochs": 200, "default_root_dir": folder, "enable_checkpointing": True}
    # snippet: fix_lightning | lightning | The Tuner sweeps the rate and sets it | 用 Tuner 扫一遍，并自动设好
    import lightning
    from lightning.pytorch.tuner.tuning import Tuner

    trainer = lightning.Trainer(**others)
    sweep = Tuner(trainer).lr_find(module, train_loader, min_lr=1e-6, max_lr=10.0)
    # module.lr, which configure_optimizers reads, is now where the loss fell fastest; see sweep.plot()
    # end snippet
    assert sweep is not None
    assert 1e-3 < module.lr == sweep.suggestion()


def _hf(folder: str) -> None:
    from lossclinic_kb.lab.tiny.hf import QUIET, logged, trained

    others = {**QUIET, "lr_scheduler_type": "constant"}
    # snippet: fix_hf | hf | The default, 5e-5, is for fine-tuning a whole pretrained model | 默认的 5e-5 是给全量微调用的
    from transformers import TrainingArguments

    arguments = TrainingArguments(
        folder,
        learning_rate=3e-4,  # from scratch, or LoRA; a small network of your own: 1e-3
        **others,
    )
    # end snippet
    assert logged(trained(arguments), "learning_rate") == [3e-4] * 4
    assert TrainingArguments(folder).learning_rate == 5e-5


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import choice, linear, points

    model = linear()
    model.compile("sgd", choice())
    # snippet: fix_keras | keras | Set it on the running optimiser; compile() again would forget its moments | 直接改优化器的学习率；重新 compile 会丢掉动量
    model.optimizer.learning_rate = 0.1  # "sgd" means 0.01 without momentum, "adam" 1e-3
    # end snippet
    before = model.get_weights()[0]
    model.fit(*points(), batch_size=16, verbose=0)
    assert abs(model.get_weights()[0] - before).max() > 0.01
    assert abs(float(model.optimizer.learning_rate) - 0.1) < 1e-6


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import linear, paddle

    model = linear()
    optimizer = paddle.optimizer.Adam(1e-6, parameters=model.parameters())
    # snippet: fix_paddle | paddle | Set it on the running optimiser | 直接改优化器的学习率
    optimizer.set_lr(1e-3)  # not where the rate is a schedule: build that one anew
    # end snippet
    assert optimizer.get_lr() == 1e-3
    refused = False
    try:
        paddle.optimizer.Adam(paddle.optimizer.lr.StepDecay(1e-6, 10), parameters=model.parameters()).set_lr(
            1e-3
        )
    except RuntimeError:
        refused = True
    assert refused
