"""Early stopping by a figure that can be read, in Lightning, Transformers and Keras."""

from __future__ import annotations

from typing import Any


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace() as folder:
        _lightning(str(folder))
        _hf(str(folder))
        _keras()


def _lightning(folder: str) -> None:
    from torch import Tensor

    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, loader

    class Scored(Module):
        def validation_step(self, batch: list[Tensor], _: int) -> None:
            right = (self.model(batch[0]).argmax(1) == batch[1]).float().mean()
            self.log("val_acc", right, batch_size=len(batch[1]))

    others = {key: value for key, value in QUIET.items() if key != "enable_checkpointing"}
    # snippet: fix_lightning | lightning | Stop and keep weights by the metric | 早停和存权重都看指标
    import lightning
    from lightning.pytorch.callbacks import EarlyStopping, ModelCheckpoint

    stop = EarlyStopping("val_acc", mode="max", patience=3)  # the mode is "min" by default
    keep = ModelCheckpoint(folder, monitor="val_acc", mode="max", filename="best")
    trainer = lightning.Trainer(max_epochs=50, callbacks=[stop, keep], **others)
    # end snippet
    trainer.fit(Scored(), loader(), loader())
    assert keep.best_model_score is not None
    assert stop.best_score == keep.best_model_score
    assert trainer.current_epoch < 50


def _hf(folder: str) -> None:
    from lossclinic_kb.lab.tiny.hf import QUIET, Model, logged, rows

    others = {**QUIET, "save_strategy": "steps", "max_steps": 8}
    train_set: Any = rows()

    def compute_metrics(outputs: Any) -> dict[str, float]:
        return {"accuracy": float((outputs.predictions.argmax(-1) == outputs.label_ids).mean())}

    # snippet: fix_hf | hf | The best model by the metric; the default is the loss | 按指标选最优模型，默认是按 loss
    from transformers import EarlyStoppingCallback, Trainer, TrainingArguments

    arguments = TrainingArguments(
        folder,
        eval_strategy="steps",
        eval_steps=2,
        save_steps=2,
        load_best_model_at_end=True,
        metric_for_best_model="accuracy",
        greater_is_better=True,
        **others,
    )
    trainer = Trainer(
        Model(),
        arguments,
        train_dataset=train_set,
        eval_dataset=train_set,
        compute_metrics=compute_metrics,
        callbacks=[EarlyStoppingCallback(early_stopping_patience=3)],
    )
    # end snippet
    trainer.train()
    assert trainer.state.best_metric == max(logged(trainer, "eval_accuracy"))


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import choice, keras, linear, points

    model, (inputs, targets) = linear(), points(64)
    # snippet: fix_keras | keras | Watch the metric, and say which way is up | 盯指标，并写明越大越好
    model.compile(keras.optimizers.SGD(0.5), choice(), metrics=["accuracy"])
    stop = keras.callbacks.EarlyStopping("val_accuracy", mode="max", patience=3, restore_best_weights=True)
    slow = keras.callbacks.ReduceLROnPlateau("val_accuracy", mode="max", patience=2)
    history = model.fit(inputs, targets, validation_split=0.25, epochs=50, verbose=0, callbacks=[stop, slow])
    # end snippet
    assert len(history.history["loss"]) < 50
    kept = model.evaluate(inputs[48:], targets[48:], verbose=0)[1]
    assert abs(kept - max(history.history["val_accuracy"])) < 1e-6
