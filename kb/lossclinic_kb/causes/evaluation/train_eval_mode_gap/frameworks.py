"""A training curve that can be compared with validation, in three frameworks."""

from __future__ import annotations

from typing import Any


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace() as folder:
        _lightning()
        _hf(str(folder))
        _keras()


def _lightning() -> None:
    from torch import Tensor, nn

    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, loader

    others = {**QUIET, "max_epochs": 1}
    train_loader, val_loader = loader(), loader(8)
    # snippet: fix_lightning | lightning | The training set as a second validation loader | 把训练集当作第二个验证集
    import lightning

    class Both(Module):  # your LightningModule
        def validation_step(self, batch: list[Tensor], _: int, dataloader_idx: int = 0) -> None:
            name = ("val_loss", "train_loss_eval")[dataloader_idx]
            self.log(name, self.loss(batch), add_dataloader_idx=False)

    module = Both(nn.Sequential(nn.Dropout(0.5), nn.Linear(4, 3)))
    trainer = lightning.Trainer(**others)
    trainer.fit(module, train_loader, [val_loader, train_loader])
    # end snippet
    module.eval()
    expected = module.loss(next(iter(loader(16, 16)))).item()
    assert abs(trainer.callback_metrics["train_loss_eval"].item() - expected) < 1e-5


def _hf(folder: str) -> None:
    from lossclinic_kb.lab.tiny.hf import QUIET, Model, rows

    others = {**QUIET, "eval_strategy": "steps", "eval_steps": 4}
    model, train_set, val_set = Model(), rows(), rows(8)
    # snippet: fix_hf | hf | Two evaluation sets: eval_val_loss and eval_train_loss | 两个验证集：eval_val_loss 和 eval_train_loss
    from transformers import Trainer, TrainingArguments

    arguments = TrainingArguments(folder, **others)
    both = {"val": val_set, "train": train_set}  # of a large set a few thousand samples are enough
    trainer = Trainer(model, arguments, train_dataset=train_set, eval_dataset=both)
    # end snippet
    trainer.train()
    logged = {key for entry in trainer.state.log_history for key in entry}
    assert {"eval_val_loss", "eval_train_loss"} <= logged


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import choice, keras, points

    inputs, targets = points()
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dropout(0.5), keras.layers.Dense(3)])
    model.compile("sgd", choice())

    class Both(keras.callbacks.Callback):  # type: ignore[misc]
        # snippet: fix_keras | keras | A callback that evaluates the training set as well | 用回调在训练集上也 evaluate 一遍
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            found = self.model.evaluate(inputs, targets, return_dict=True, verbose=0)
            logs.update({f"train_{name}_eval": value for name, value in found.items()})  # into the history

        # end snippet

    history = model.fit(inputs, targets, epochs=2, callbacks=[Both()], verbose=0).history
    assert len(history["train_loss_eval"]) == 2
    assert abs(history["train_loss_eval"][-1] - model.evaluate(inputs, targets, verbose=0)) < 1e-6
