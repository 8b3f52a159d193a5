"""Few epochs and the best of them, in the Hugging Face Trainer."""

from __future__ import annotations


def exercise() -> None:
    """Run the snippet; the assertions are what the article claims of it."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace() as folder:
        _hf(str(folder))


def _hf(folder: str) -> None:
    from lossclinic_kb.lab.tiny.hf import QUIET, Model, rows

    others = {**QUIET, "max_steps": -1}
    others.pop("save_strategy")
    model, train_set, val_set = Model(), rows(), rows(8)
    # snippet: fix_hf | hf | One to three epochs, judged by validation within them | 一到三个 epoch，在 epoch 内就按验证集评判
    from transformers import Trainer, TrainingArguments

    arguments = TrainingArguments(
        folder,
        num_train_epochs=2,
        eval_strategy="steps",
        eval_steps=0.25,  # below 1: a share of the whole run
        save_strategy="steps",
        save_steps=0.25,
        load_best_model_at_end=True,
        **others,
    )
    trainer = Trainer(model, arguments, train_dataset=train_set, eval_dataset=val_set)
    # end snippet
    trainer.train()
    losses = [entry["eval_loss"] for entry in trainer.state.log_history if "eval_loss" in entry]
    assert len(losses) == 4
    assert abs(trainer.evaluate()["eval_loss"] - min(losses)) < 1e-4
