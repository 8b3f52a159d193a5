"""Where the batch of one update is set in Lightning, Transformers and Keras."""

from __future__ import annotations


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace() as folder:
        _lightning()
        _hf(str(folder))
        _keras()


def _lightning() -> None:
    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, loader

    module, train_loader, others = Module(), loader(32, 4), {**QUIET, "max_epochs": 2}
    # snippet: fix_lightning | lightning | Batch of the loader x accumulation x devices | loader 的 batch × 累积步数 × 卡数
    import lightning

    trainer = lightning.Trainer(accumulate_grad_batches=1, **others)  # was 8
    trainer.fit(module, train_loader)
    updates = trainer.global_step  # beforehand, in configure_optimizers: trainer.estimated_stepping_batches
    # end snippet
    assert updates == 16
    before = lightning.Trainer(accumulate_grad_batches=8, **others)
    before.fit(Module(), train_loader)
    assert before.global_step == 2


def _hf(folder: str) -> None:
    from lossclinic_kb.lab.tiny.hf import QUIET, trained

    own = ("per_device_train_batch_size", "max_steps")
    others = {key: value for key, value in QUIET.items() if key not in own}
    # snippet: fix_hf | hf | What one update sees, on all devices | 一次更新到底看了多少样本（所有卡）
    from transformers import TrainingArguments

    arguments = TrainingArguments(
        folder,
        per_device_train_batch_size=4,  # was 16, on each device
        gradient_accumulation_steps=1,  # was 8
        num_train_epochs=2,
        **others,
    )
    batch = arguments.train_batch_size * arguments.gradient_accumulation_steps * arguments.world_size
    # end snippet
    assert batch == 4
    assert trained(arguments).state.global_step == 2 * 16 // batch


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import choice, keras, linear, points

    model, (inputs, targets) = linear(), points(64)
    # snippet: fix_keras | keras | batch_size belongs to fit, and counts all devices together | batch_size 写在 fit 里，是所有卡合计
    optimizer = keras.optimizers.SGD(0.05, momentum=0.9, gradient_accumulation_steps=None)  # was 8
    model.compile(optimizer, choice())
    model.fit(inputs, targets, batch_size=8, epochs=2, verbose=0)  # was 1024; 32 if left out
    updates = int(optimizer.iterations)
    # end snippet
    assert updates == 16
