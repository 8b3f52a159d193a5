"""Old samples beside new ones, and both scores, in Lightning and Transformers."""

from __future__ import annotations

from typing import Any


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace() as folder:
        _lightning()
        _hf(str(folder))


def _lightning() -> None:
    import torch
    from torch import Tensor

    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, loader

    new_loader, old_loader, seen = loader(16, 4), loader(3, 1), []

    # snippet: fix_lightning | lightning | A batch of each in every step; the shorter one begins anew | 每一步各取一批，短的那个循环使用
    import lightning
    from lightning.pytorch.utilities import CombinedLoader

    class Rehearsing(Module):
        def training_step(self, batch: Any, _: int) -> Tensor:
            seen.append({name: len(part[0]) for name, part in batch.items()})
            inputs = torch.cat([batch["new"][0], batch["old"][0]])
            targets = torch.cat([batch["new"][1], batch["old"][1]])
            return torch.nn.functional.cross_entropy(self.model(inputs), targets)

    both = CombinedLoader({"new": new_loader, "old": old_loader}, mode="max_size_cycle")
    lightning.Trainer(max_epochs=1, **QUIET).fit(Rehearsing(), both)
    # end snippet
    assert seen == [{"new": 4, "old": 1}] * 4


def _hf(folder: str) -> None:
    from lossclinic_kb.lab.tiny.hf import QUIET, Model, logged, rows

    new_set, old_set, others = rows(), rows(12, scale=0.5), {**QUIET, "save_strategy": "steps"}
    # snippet: fix_hf | hf | A dict of validation sets: a figure of each at every evaluation | eval_dataset 传 dict：每次评估两份成绩都有
    from transformers import Trainer, TrainingArguments

    arguments = TrainingArguments(
        folder,
        learning_rate=2e-5,
        eval_strategy="steps",
        eval_steps=2,
        save_steps=2,
        load_best_model_at_end=True,
        metric_for_best_model="eval_old_loss",  # and look at eval_new_loss beside it
        **others,
    )
    mixed: Any = [*new_set, *old_set[: len(new_set) // 4]]  # with `datasets`: concatenate_datasets
    evaluated: Any = {"new": new_set, "old": old_set}
    trainer = Trainer(Model(), arguments, train_dataset=mixed, eval_dataset=evaluated)
    trainer.train()
    # end snippet
    assert len(logged(trainer, "eval_new_loss")) == len(logged(trainer, "eval_old_loss")) == 2
    assert trainer.state.best_metric == min(logged(trainer, "eval_old_loss"))
