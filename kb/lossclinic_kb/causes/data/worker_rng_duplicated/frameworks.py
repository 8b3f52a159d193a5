"""Random numbers of workers in Lightning and Keras."""

from __future__ import annotations

import os
from typing import Any


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace():
        _lightning()
        _keras()


def _lightning() -> None:
    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, loader

    others, train_loader = {**QUIET, "max_epochs": 1}, loader()
    try:
        # snippet: fix_lightning | lightning | workers=True seeds NumPy and random in every worker as well | workers=True 会给每个 worker 的 NumPy 和 random 也设种子
        import lightning

        lightning.seed_everything(42, workers=True)  # once, before the loaders are made
        trainer = lightning.Trainer(**others)
        trainer.fit(Module(), train_loader)
        # end snippet
    finally:
        os.environ.pop("PL_SEED_WORKERS", None)
        os.environ.pop("PL_GLOBAL_SEED", None)
    prepared: Any = trainer.train_dataloader
    assert prepared.worker_init_fn.func.__name__ == "pl_worker_init_function"


def _keras() -> None:
    import numpy as np

    from lossclinic_kb.lab.tiny.keras import choice, keras, linear, points

    inputs, targets = points()

    class Noisy(keras.utils.PyDataset):  # type: ignore[misc]
        epoch = 0

        def __len__(self) -> int:
            return 4

        # snippet: fix_keras | keras | A generator from epoch and index, whichever worker it is | 用 epoch 和下标生成随机数，与哪个 worker 无关
        def __getitem__(self, index: int) -> tuple[Any, Any]:
            draw = np.random.default_rng([42, self.epoch, index])  # never np.random.normal()
            batch = slice(4 * index, 4 * index + 4)
            return inputs[batch] + draw.normal(0.0, 0.1, inputs[batch].shape), targets[batch]

        def on_epoch_end(self) -> None:
            self.epoch += 1

        # end snippet

    data = Noisy(workers=2)
    first = [data[index][0] - inputs[4 * index : 4 * index + 4] for index in (0, 1)]
    model = linear()
    model.compile("sgd", choice())
    model.fit(data, epochs=3, verbose=0)
    assert data.epoch >= 1
    assert abs(first[0] - first[1]).max() > 0.01
    assert abs(data[0][0] - inputs[:4] - first[0]).max() > 0.01
