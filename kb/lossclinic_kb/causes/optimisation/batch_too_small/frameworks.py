"""Adding up small batches in four frameworks, each of which averages over them."""

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

    others = {**QUIET, "max_epochs": 1}
    torch.manual_seed(0)
    module = Module()
    # snippet: fix_lightning | lightning | The Trainer accumulates, and averages | Trainer 负责累积，并且会求平均
    import lightning

    trainer = lightning.Trainer(accumulate_grad_batches=16, **others)
    # end snippet
    start = [p.detach().clone() for p in module.parameters()]
    whole = torch.autograd.grad(module.loss(next(iter(loader(32, 32)))), list(module.parameters()))
    trainer.fit(module, loader(32, 2))
    assert trainer.global_step == 1
    for old, gradient, new in zip(start, whole, module.parameters(), strict=True):
        assert torch.allclose(old - 0.1 * gradient, new, atol=1e-6)


def _hf(folder: str) -> None:
    from lossclinic_kb.lab.tiny.hf import QUIET, trained

    others = {**QUIET, "max_steps": -1, "num_train_epochs": 1}
    others.pop("per_device_train_batch_size")
    # snippet: fix_hf | hf | Effective batch: per device, times accumulation, times devices | 有效 batch = 单卡 × 累积步数 × 卡数
    from transformers import TrainingArguments

    arguments = TrainingArguments(
        folder,
        per_device_train_batch_size=2,  # what fits into memory
        gradient_accumulation_steps=8,
        **others,
    )
    # end snippet
    assert trained(arguments).state.global_step == 1  # for sixteen samples


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import choice, linear, points, weights

    model, loss_fn = linear(), choice()
    # snippet: fix_keras | keras | The optimiser accumulates, and averages | 让优化器来累积，它会求平均
    import keras

    optimizer = keras.optimizers.Adam(1e-3, gradient_accumulation_steps=16)
    model.compile(optimizer, loss_fn)
    # end snippet
    inputs, targets = points(32)
    before = weights(model)
    model.fit(inputs[:30], targets[:30], batch_size=2, verbose=0)
    assert (weights(model) == before).all()
    model.fit(inputs[30:], targets[30:], batch_size=2, verbose=0)
    assert (weights(model) != before).all()


def _paddle() -> None:
    import numpy as np

    from lossclinic_kb.lab.tiny.paddle import linear, paddle, points, weights

    model, loss_fn, (rows, labels) = linear(), paddle.nn.CrossEntropyLoss(), points(32)
    loader = [(rows[i : i + 2], labels[i : i + 2]) for i in range(0, 32, 2)]
    optimizer = paddle.optimizer.SGD(0.1, parameters=model.parameters())
    before = weights(model)
    # snippet: fix_paddle | paddle | clear_grad() only after a step | 只在 step 之后 clear_grad()
    accumulate = 16
    for number, (inputs, targets) in enumerate(loader, 1):
        (loss_fn(model(inputs), targets) / accumulate).backward()
        if number % accumulate == 0 or number == len(loader):
            optimizer.step()
            optimizer.clear_grad()
    # end snippet
    whole = linear()
    loss_fn(whole(rows), labels).backward()
    gradient = [p.grad.numpy().ravel() for p in whole.parameters()]
    moved = before - weights(model)
    assert abs(moved - 0.1 * np.concatenate(gradient)).max() < 1e-6
