"""Accumulating gradients: Lightning, Transformers and Keras divide by themselves, Paddle does not."""

from __future__ import annotations

import os
import tempfile
from typing import Any


def transformers_trainer(model: Any, arguments: Any, rows: Any) -> Any:
    """Return a Trainer whose loss is a mean over the tokens of all micro-batches of a step."""
    # snippet: fix_hf | hf | Your own loss: the sum, by the number that the Trainer hands over | 自定义 loss：求和，再除以 Trainer 给的总数
    import torch
    from transformers import Trainer

    def mean_of_step(outputs: Any, labels: Any, num_items_in_batch: Any = None) -> Any:
        logits = outputs["logits"].flatten(0, 1)
        summed = torch.nn.functional.cross_entropy(logits, labels.flatten(), reduction="sum")
        count = (labels != -100).sum() if num_items_in_batch is None else num_items_in_batch
        return summed / count  # labels of -100 are in neither

    trainer = Trainer(model=model, args=arguments, train_dataset=rows, compute_loss_func=mean_of_step)
    # end snippet
    return trainer  # noqa: RET504 - the snippet names it


def keras_optimizer() -> Any:
    """Return an optimiser that averages over four batches."""
    # snippet: fix_keras | keras | The optimiser accumulates, and averages | 让优化器来累积，它会求平均
    import keras

    optimizer = keras.optimizers.SGD(1e-2, gradient_accumulation_steps=4)  # no division in the loss
    # end snippet
    return optimizer  # noqa: RET504 - the snippet names it


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    with tempfile.TemporaryDirectory() as folder:
        first = [_first_loss(folder, accumulation) for accumulation in (1, 4)]
    assert abs(first[0] - first[1]) < 1e-3
    _keras()
    _lightning()
    _paddle()


def _first_loss(folder: str, accumulation: int) -> float:
    import torch
    from transformers import TrainingArguments

    class Model(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scores = torch.nn.Embedding(12, 12)

        def forward(self, tokens: Any, labels: Any = None) -> Any:
            del labels  # the Trainer takes them out for its own loss function
            return {"logits": self.scores(tokens)}

    torch.manual_seed(0)
    model = Model()
    rows = [{"tokens": torch.randint(12, (6,)), "labels": torch.randint(12, (6,))} for _ in range(8)]
    for index, row in enumerate(rows):
        row["labels"][: index // 2] = -100  # micro-batches with unequal numbers of tokens
    arguments = TrainingArguments(
        output_dir=folder,
        max_steps=1,
        per_device_train_batch_size=8 // accumulation,
        gradient_accumulation_steps=accumulation,
        logging_steps=1,
        save_strategy="no",
        report_to=[],
        disable_tqdm=True,
        use_cpu=True,
    )
    trainer = transformers_trainer(model, arguments, rows)
    trainer.train()
    return float(trainer.state.log_history[0]["loss"])


def _keras() -> None:
    os.environ.setdefault("KERAS_BACKEND", "torch")
    import keras
    import numpy as np

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, use_bias=False)])
    model.compile(keras_optimizer(), "mse")
    draw = np.random.default_rng(0)
    x, y = draw.normal(size=(16, 4)).astype("float32"), draw.normal(size=(16, 1)).astype("float32")
    start = model.weights[0].value.detach().numpy().copy()
    model.fit(x, y, batch_size=4, epochs=1, shuffle=False, verbose=0)
    whole = start - 1e-2 * 2 * x.T @ (x @ start - y) / 16  # one step on all sixteen
    assert np.allclose(model.weights[0].value.detach().numpy(), whole, atol=1e-5)


def _lightning() -> None:
    import torch

    from lossclinic_kb.lab.tiny import workplace
    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, loader

    others = {**QUIET, "max_epochs": 1}
    # snippet: fix_lightning | lightning | Return the plain mean: the Trainer divides | training_step 返回普通的平均，除法由 Trainer 做
    import lightning

    trainer = lightning.Trainer(accumulate_grad_batches=4, **others)  # not loss / 4 as well
    # end snippet
    module = Module()
    start = [p.detach().clone() for p in module.parameters()]
    whole = torch.autograd.grad(module.loss(next(iter(loader(16, 16)))), list(module.parameters()))
    with workplace():
        trainer.fit(module, loader(16, 4))
    for old, gradient, new in zip(start, whole, module.parameters(), strict=True):
        assert torch.allclose(old - 0.1 * gradient, new, atol=1e-6)


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import linear, paddle, points

    model, loss_fn, (rows, labels) = linear(), paddle.nn.CrossEntropyLoss(), points()
    micro_batches = [(rows[i : i + 4], labels[i : i + 4]) for i in range(0, 16, 4)]
    # snippet: fix_paddle | paddle | Gradients add up: divide by yourself | 梯度是累加的，要自己除
    for inputs, targets in micro_batches:
        loss = loss_fn(model(inputs), targets)
        (loss / len(micro_batches)).backward()
    # end snippet
    added = model.weight.grad.numpy().copy()
    whole = linear()
    loss_fn(whole(rows), labels).backward()
    assert abs(added - whole.weight.grad.numpy()).max() < 1e-6
