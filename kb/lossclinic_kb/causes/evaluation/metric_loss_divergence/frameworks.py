"""Keeping the checkpoint with the best metric instead of the lowest loss, in three frameworks."""

from __future__ import annotations

from typing import Any


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace() as folder:
        _lightning(str(folder / "lightning"))
        _hf(str(folder / "hf"))
        _keras()


def _lightning(folder: str) -> None:
    import torch
    from torch import Tensor

    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, loader

    class Measured(Module):
        def validation_step(self, batch: list[Tensor], _: int) -> None:
            right = self.model(batch[0]).argmax(1) == batch[1]
            self.log("val_acc", right.float().mean())

    others = {**QUIET, "max_epochs": 3, "enable_checkpointing": True}
    # snippet: fix_lightning | lightning | mode says which way is better; its default is min | mode 说明哪个方向更好，默认是 min
    import lightning
    from lightning.pytorch.callbacks import EarlyStopping, ModelCheckpoint

    best = ModelCheckpoint(folder, monitor="val_acc", mode="max")
    patience = EarlyStopping("val_acc", mode="max", patience=5)
    trainer = lightning.Trainer(callbacks=[best, patience], **others)
    # after fit(): best.best_model_path
    # end snippet
    torch.manual_seed(0)
    trainer.fit(Measured(), loader(64), loader(64))
    assert best.best_model_path
    assert float(best.best_model_score or 0) == float(patience.best_score)


def _hf(folder: str) -> None:
    from lossclinic_kb.lab.tiny.hf import QUIET, Model, rows

    others = {**QUIET, "max_steps": 12, "save_strategy": "steps", "save_steps": 4, "eval_strategy": "steps"}
    others |= {"eval_steps": 4, "learning_rate": 0.1}
    model, train_set, val_set = Model(), rows(), rows(12)
    # snippet: fix_hf | hf | metric_for_best_model decides; greater_is_better says which way | 由 metric_for_best_model 决定，greater_is_better 说明方向
    from transformers import Trainer, TrainingArguments

    def compute_metrics(outputs: Any) -> dict[str, float]:
        return {"accuracy": float((outputs.predictions.argmax(-1) == outputs.label_ids).mean())}

    arguments = TrainingArguments(
        folder,
        load_best_model_at_end=True,  # eval_strategy and save_strategy must agree
        metric_for_best_model="accuracy",  # the default is the loss
        greater_is_better=True,
        **others,
    )
    trainer = Trainer(
        model, arguments, train_dataset=train_set, eval_dataset=val_set, compute_metrics=compute_metrics
    )
    # end snippet
    trainer.train()
    seen = [entry["eval_accuracy"] for entry in trainer.state.log_history if "eval_accuracy" in entry]
    assert trainer.state.best_metric == max(seen)


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import choice, keras, linear, points

    model, (inputs, targets), validation = linear(), points(), points(8)
    # snippet: fix_keras | keras | monitor the metric, and say that more is better | 监控指标，并写明越大越好
    best = keras.callbacks.EarlyStopping("val_accuracy", mode="max", patience=3, restore_best_weights=True)
    model.compile("adam", choice(), metrics=["accuracy"])
    history = model.fit(inputs, targets, epochs=6, validation_data=validation, callbacks=[best], verbose=0)
    # end snippet
    kept = model.evaluate(*validation, verbose=0)[1]
    assert abs(kept - max(history.history["val_accuracy"])) < 1e-6
