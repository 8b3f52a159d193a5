"""Going on with a training that was stopped too early, in three frameworks."""

from __future__ import annotations

from typing import Any


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace() as folder:
        _lightning(str(folder))
        _hf(str(folder / "hf"))
        _keras()


def _lightning(folder: str) -> None:
    import lightning

    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, loader

    module, train_loader, path = Module(), loader(), f"{folder}/last.ckpt"
    others = dict(QUIET)
    first = lightning.Trainer(max_epochs=2, **others)
    first.fit(module, train_loader)
    first.save_checkpoint(path)
    # snippet: fix_lightning | lightning | max_epochs counts from the very beginning | max_epochs 从头算起，包括已经训过的
    trainer = lightning.Trainer(max_epochs=5, **others)  # two are done: three more
    trainer.fit(module, train_loader, ckpt_path=path)
    # end snippet
    assert (trainer.current_epoch, trainer.global_step) == (5, 20)


def _hf(folder: str) -> None:
    from lossclinic_kb.lab.tiny.hf import QUIET, Model, logged, rows

    others = {**QUIET, "max_steps": -1, "save_strategy": "epoch", "lr_scheduler_type": "constant"}
    model, samples = Model(), rows()
    from transformers import Trainer, TrainingArguments

    Trainer(model, TrainingArguments(folder, num_train_epochs=1, **others), train_dataset=samples).train()
    # snippet: fix_hf | hf | More epochs, and on from the last checkpoint | 加大 epoch 数，从最近的检查点接着训
    arguments = TrainingArguments(folder, num_train_epochs=3, **others)  # the default is 3, too
    trainer = Trainer(model, arguments, train_dataset=samples)
    trainer.train(resume_from_checkpoint=True)  # the schedule is planned anew, for all three
    # end snippet
    assert trainer.state.global_step == 12
    assert len(logged(trainer, "loss")) == 12


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import choice, linear, points

    inputs, targets = points()
    validation: Any = points(8)
    model = linear()
    model.compile("adam", choice())
    model.fit(inputs, targets, batch_size=4, epochs=1, verbose=0)
    # snippet: fix_keras | keras | fit() again goes on; let validation say when it is enough | 再调一次 fit() 就是接着训，由验证集决定何时停
    import keras

    enough = keras.callbacks.EarlyStopping("val_loss", patience=10, restore_best_weights=True)
    history = model.fit(
        inputs,
        targets,
        batch_size=4,
        initial_epoch=1,
        epochs=30,
        validation_data=validation,
        callbacks=[enough],
        verbose=0,
    )
    # end snippet
    assert history.epoch[0] == 1
    assert int(model.optimizer.iterations) == 4 * (1 + len(history.epoch))
