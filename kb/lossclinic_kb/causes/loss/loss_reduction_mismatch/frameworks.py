"""Means over samples in four frameworks; Lightning averages what is logged by itself."""

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
    import logging
    import warnings

    import lightning
    import torch
    from torch import Tensor, nn
    from torch.utils.data import DataLoader, TensorDataset

    # snippet: fix_lightning | lightning | Log the mean of a batch and its size; Lightning does the rest | 记 batch 的平均和样本数，其余交给 Lightning
    class Classifier(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.model = nn.Linear(4, 3)

        def validation_step(self, batch: list[Tensor]) -> None:
            inputs, targets = batch
            loss = nn.functional.cross_entropy(self.model(inputs), targets)  # the mean, never a sum
            self.log("val_loss", loss, on_epoch=True, batch_size=len(targets))  # weighted mean of the epoch

    # end snippet
    torch.manual_seed(0)
    rows, labels = torch.randn(10, 4), torch.randint(3, (10,))
    loader = DataLoader(TensorDataset(rows, labels), batch_size=4)  # the last batch holds two
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    module = Classifier()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # few workers, no logger: not the point here
        trainer = lightning.Trainer(
            accelerator="cpu", logger=False, enable_progress_bar=False, enable_model_summary=False
        )
        found = trainer.validate(module, loader, verbose=False)[0]["val_loss"]
    expected = nn.functional.cross_entropy(module.model(rows), labels).item()
    assert abs(found - expected) < 1e-5


def _hf(folder: str) -> None:
    from lossclinic_kb.lab.tiny.hf import QUIET, Model, logged, rows

    others = {**QUIET, "per_device_train_batch_size": 8, "gradient_accumulation_steps": 2, "max_steps": 1}
    model, train_set = Model(), rows()
    # snippet: fix_hf | hf | num_items_in_batch counts what the whole step holds | num_items_in_batch 是整个更新步里的总数
    from typing import Any

    import torch
    from transformers import Trainer, TrainingArguments

    def mean_loss(outputs: Any, labels: Any, num_items_in_batch: Any = None) -> Any:
        summed = torch.nn.functional.cross_entropy(outputs["logits"], labels, reduction="sum")
        return summed / (labels.numel() if num_items_in_batch is None else num_items_in_batch)

    arguments = TrainingArguments(folder, **others)
    trainer = Trainer(model, arguments, train_dataset=train_set, compute_loss_func=mean_loss)
    # end snippet
    inputs, labels = (torch.stack([row[key] for row in train_set]) for key in ("x", "labels"))
    expected = torch.nn.functional.cross_entropy(model.layer(inputs), labels).item()
    trainer.train()
    assert abs(logged(trainer, "loss")[0] - expected) < 1e-3


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import keras, linear, points

    model, (inputs, targets) = linear(), points()
    # snippet: fix_keras | keras | The default is a mean over samples; "sum" grows with the batch | 默认按样本平均；"sum" 会随 batch 变大
    loss = keras.losses.SparseCategoricalCrossentropy(True, reduction="sum_over_batch_size")
    model.compile("adam", loss)
    # end snippet
    both = [model.evaluate(inputs, targets, batch_size=size, verbose=0) for size in (5, 16)]
    assert abs(both[0] - both[1]) < 1e-5


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import linear, paddle, points

    model, loader = linear(), [points(16), points(4)]
    # snippet: fix_paddle | paddle | Sums divided once, by the samples of all batches | 先求和，最后按全部样本数除一次
    loss_fn = paddle.nn.CrossEntropyLoss(reduction="sum")  # the default, "mean", is for training
    total = sum(float(loss_fn(model(inputs), targets)) for inputs, targets in loader)
    val_loss = total / sum(len(targets) for _, targets in loader)
    # end snippet
    inputs, targets = (paddle.concat(parts) for parts in zip(*loader, strict=True))
    assert abs(val_loss - float(paddle.nn.functional.cross_entropy(model(inputs), targets))) < 1e-5
