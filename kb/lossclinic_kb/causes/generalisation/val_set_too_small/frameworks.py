"""Settings of Lightning and Keras that decide how much is validated on."""

from __future__ import annotations


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace():
        _lightning()
        _keras()


def _lightning() -> None:
    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, loader

    others, train_loader, val_loader = {**QUIET, "max_epochs": 1}, loader(), loader(64)
    # snippet: fix_lightning | lightning | All of it: a number is batches, a fraction a share | 用全部：整数是 batch 数，小数是比例
    import lightning

    trainer = lightning.Trainer(limit_val_batches=1.0, **others)  # 1 would be a single batch
    trainer.fit(Module(), train_loader, val_loader)
    # end snippet
    assert trainer.num_val_batches == [16]
    single = lightning.Trainer(limit_val_batches=1, **others)
    single.fit(Module(), train_loader, val_loader)
    assert single.num_val_batches == [1]


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import choice, linear, points

    model, (inputs, targets), (val_inputs, val_targets) = linear(), points(), points(64)
    model.compile("sgd", choice())
    # snippet: fix_keras | keras | validation_steps cuts it short; leave it out | validation_steps 会截断验证集，不要写
    history = model.fit(inputs, targets, validation_data=(val_inputs, val_targets), epochs=2, verbose=0)
    # end snippet
    assert abs(history.history["val_loss"][-1] - model.evaluate(val_inputs, val_targets, verbose=0)) < 1e-5
