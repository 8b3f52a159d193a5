"""Bounding the norm of the gradient in four frameworks, and logging it."""

from __future__ import annotations


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

    others, train_loader = {**QUIET, "max_epochs": 1}, loader(scale=100.0)
    # snippet: fix_lightning | lightning | Clip in the Trainer, log the norm before clipping | 由 Trainer 裁剪，记录裁剪前的范数
    import lightning
    from lightning.pytorch.utilities import grad_norm

    class Watched(Module):  # your LightningModule
        def on_before_optimizer_step(self, optimizer: torch.optim.Optimizer) -> None:
            self.log_dict(grad_norm(self, norm_type=2))  # each parameter, and grad_2.0_norm_total

    trainer = lightning.Trainer(gradient_clip_val=1.0, **others)  # the default is not to clip
    trainer.fit(Watched(), train_loader)
    # end snippet
    gradients = [p.grad for p in trainer.lightning_module.parameters() if p.grad is not None]
    assert torch.nn.utils.get_total_norm(gradients) < 1.001
    assert trainer.callback_metrics["grad_2.0_norm_total"] > 10


def _hf(folder: str) -> None:
    from lossclinic_kb.lab.tiny.hf import QUIET, Model, Trainer, logged, rows

    others = {**QUIET, "max_steps": 2, "optim": "sgd", "learning_rate": 1.0, "lr_scheduler_type": "constant"}
    # snippet: fix_hf | hf | Clipped at 1.0 by default; grad_norm in the log is the norm before | 默认按 1.0 裁剪；日志里的 grad_norm 是裁剪前的
    from transformers import TrainingArguments

    arguments = TrainingArguments(
        folder,
        max_grad_norm=1.0,  # 0 switches it off
        logging_nan_inf_filter=False,  # or NaN and Inf losses are left out of the log
        **others,
    )
    # end snippet
    model = Model()
    start = model.layer.weight.detach().clone(), model.layer.bias.detach().clone()
    trainer = Trainer(model, arguments, train_dataset=rows(scale=100.0))
    trainer.train()
    assert min(logged(trainer, "grad_norm")) > 10
    moved = [(p - old).norm() for p, old in zip((model.layer.weight, model.layer.bias), start, strict=True)]
    assert float(sum(moved)) < 3.0  # two steps of length 1


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import choice, linear, points, weights

    model, loss_fn = linear(), choice()
    # snippet: fix_keras | keras | global_clipnorm, which keeps the direction | 用 global_clipnorm，方向不变
    import keras

    optimizer = keras.optimizers.SGD(0.1, momentum=0.9, global_clipnorm=1.0)
    # clipnorm bounds every weight by itself, clipvalue every number: both turn the step
    model.compile(optimizer, loss_fn)
    # end snippet
    before = weights(model)
    model.fit(*points(scale=1e3), batch_size=16, verbose=0)
    assert abs(((weights(model) - before) ** 2).sum() ** 0.5 - 0.1) < 1e-3


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import linear, paddle, points, weights

    model, (inputs, targets) = linear(), points(scale=1e3)
    # snippet: fix_paddle | paddle | ClipGradByGlobalNorm; ClipGradByNorm takes each tensor by itself | 用 ClipGradByGlobalNorm；ClipGradByNorm 是逐个张量裁剪
    clip = paddle.nn.ClipGradByGlobalNorm(1.0)
    optimizer = paddle.optimizer.Momentum(0.1, parameters=model.parameters(), grad_clip=clip)
    # end snippet
    before = weights(model)
    paddle.nn.functional.cross_entropy(model(inputs), targets).backward()
    optimizer.step()
    assert abs(((weights(model) - before) ** 2).sum() ** 0.5 - 0.1) < 1e-3
