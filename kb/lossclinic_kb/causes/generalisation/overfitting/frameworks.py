"""Weight decay, and the weights of the best epoch, in four frameworks."""

from __future__ import annotations

from typing import Any


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace() as folder:
        _lightning(str(folder / "lightning"))
        _hf(str(folder / "hf"))
        _keras()
        _paddle(str(folder / "paddle"))


def _lightning(folder: str) -> None:
    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, loader

    others = {**QUIET, "max_epochs": 3, "enable_checkpointing": True}
    train_loader, val_loader = loader(), loader(8)
    # snippet: fix_lightning | lightning | Keep the best checkpoint, stop when nothing improves | 保留最好的检查点，不再改善就停
    import lightning
    from lightning.pytorch.callbacks import EarlyStopping, ModelCheckpoint

    best = ModelCheckpoint(folder, monitor="val_loss")
    patience = EarlyStopping("val_loss", patience=5)  # counted in validations
    trainer = lightning.Trainer(callbacks=[best, patience], **others)
    trainer.fit(Module(), train_loader, val_loader)
    module = Module.load_from_checkpoint(best.best_model_path)  # fit() leaves you with the last weights
    # weight decay: torch.optim.AdamW(self.parameters(), lr=1e-3, weight_decay=0.05)
    # end snippet
    found = trainer.validate(module, val_loader, verbose=False)[0]["val_loss"]
    assert abs(found - float(best.best_model_score or 0)) < 1e-5


def _hf(folder: str) -> None:
    from lossclinic_kb.lab.tiny.hf import QUIET, Model, rows

    others = {**QUIET, "max_steps": -1, "save_strategy": "epoch", "learning_rate": 1.0}
    model, train_set, val_set = Model(), rows(), rows(8)
    # snippet: fix_hf | hf | Best weights, patience and decay | 最好的权重、耐心和权重衰减
    from transformers import EarlyStoppingCallback, Trainer, TrainingArguments

    arguments = TrainingArguments(
        folder,
        num_train_epochs=4,
        eval_strategy="epoch",  # must agree with save_strategy
        load_best_model_at_end=True,  # by eval_loss, unless metric_for_best_model says otherwise
        weight_decay=0.05,  # the default is 0
        **others,
    )
    patience = EarlyStoppingCallback(early_stopping_patience=2)
    trainer = Trainer(model, arguments, train_dataset=train_set, eval_dataset=val_set, callbacks=[patience])
    # end snippet
    trainer.train()
    losses = [entry["eval_loss"] for entry in trainer.state.log_history if "eval_loss" in entry]
    assert abs(trainer.evaluate()["eval_loss"] - min(losses)) < 1e-4


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import choice, linear, points

    model, (inputs, targets), validation = linear(), points(), points(8)
    # snippet: fix_keras | keras | restore_best_weights is off by default | restore_best_weights 默认是关的
    import keras

    patience = keras.callbacks.EarlyStopping("val_loss", patience=5, restore_best_weights=True)
    model.compile(keras.optimizers.AdamW(1e-3, weight_decay=0.05), choice())
    history = model.fit(
        inputs, targets, epochs=8, validation_data=validation, callbacks=[patience], verbose=0
    )
    # end snippet
    assert abs(model.evaluate(*validation, verbose=0) - min(history.history["val_loss"])) < 1e-5
    assert not keras.callbacks.EarlyStopping().restore_best_weights


def _paddle(folder: str) -> None:
    from lossclinic_kb.lab.tiny.paddle import linear, paddle, points

    train_set, val_set = (_column(points(count)) for count in (16, 8))
    model = paddle.Model(linear())
    # snippet: fix_paddle | paddle | The best weights are saved as save_dir/best_model | 最好的权重存为 save_dir/best_model
    optimizer = paddle.optimizer.AdamW(1e-3, parameters=model.parameters(), weight_decay=0.05)
    model.prepare(optimizer, paddle.nn.CrossEntropyLoss())
    patience = paddle.callbacks.EarlyStopping("loss", mode="min", patience=5, verbose=0)
    model.fit(train_set, val_set, batch_size=4, epochs=3, save_dir=folder, callbacks=[patience], verbose=0)
    model.load(f"{folder}/best_model")
    # end snippet
    found: Any = model.evaluate(val_set, batch_size=8, verbose=0)["loss"][0]
    assert found < 5


def _column(batch: tuple[Any, Any]) -> Any:
    from lossclinic_kb.lab.tiny.paddle import paddle

    return paddle.io.TensorDataset([batch[0], batch[1].unsqueeze(1)])
