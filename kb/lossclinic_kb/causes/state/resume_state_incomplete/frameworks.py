"""Resuming with everything: Lightning, Transformers, Keras and PaddlePaddle."""

from __future__ import annotations

import os
import tempfile
import warnings
from pathlib import Path
from typing import Any


def lightning_resumed(trainer: Any, module: Any, loader: Any, path: str) -> None:
    """Go on from a checkpoint of Lightning."""
    # snippet: fix_lightning | lightning | Weights, optimizer, schedule and loop | 权重、优化器、调度、进度一起恢复
    trainer.fit(module, loader, ckpt_path=path)  # or "last"; load_from_checkpoint takes the weights alone
    # end snippet


def transformers_resumed(trainer: Any) -> float:
    """Go on from the last checkpoint in the output folder; return the rate of the last step."""
    # snippet: fix_hf | hf | From the last checkpoint in output_dir, with optimizer and schedule | 从 output_dir 里最近的检查点恢复
    trainer.train(
        resume_from_checkpoint=True
    )  # or a path; save_only_model=True leaves nothing to resume from
    last_rate = trainer.lr_scheduler.get_last_lr()[0]
    # end snippet
    return float(last_rate)


def keras_resumed(model: Any, inputs: Any, targets: Any, path: str) -> Any:
    """Save and restore a compiled Keras model; return the restored one."""
    # snippet: fix_keras | keras | The whole compiled model, optimizer included | 保存整个编译过的模型，包括优化器
    import keras

    model.save(path)  # a .keras file: layers, weights, optimizer state
    restored = keras.saving.load_model(path)
    restored.fit(inputs, targets, initial_epoch=2, epochs=3, verbose=0)
    # or let keras.callbacks.BackupAndRestore(folder) do both, with the epoch
    # end snippet
    return restored


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the frameworks about each other's versions
        _lightning(Path(folder))
        _transformers(Path(folder) / "hf")
        _keras(Path(folder))
        _paddle(folder)


def _lightning(folder: Path) -> None:
    import lightning
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    class Module(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(4, 2)

        def training_step(self, batch: Any, _: int) -> Any:
            return torch.nn.functional.cross_entropy(self.layer(batch[0]), batch[1])

        def configure_optimizers(self) -> Any:
            return torch.optim.Adam(self.parameters(), lr=0.01)

    loader = DataLoader(TensorDataset(torch.randn(16, 4), torch.randint(2, (16,))), 8)
    quiet: dict[str, Any] = {
        "logger": False,
        "enable_checkpointing": False,
        "enable_progress_bar": False,
        "enable_model_summary": False,
        "accelerator": "cpu",
    }
    first = lightning.Trainer(max_epochs=2, **quiet)
    first.fit(Module(), loader)
    first.save_checkpoint(folder / "last.ckpt")
    second = lightning.Trainer(max_epochs=3, **quiet)
    module = Module()
    lightning_resumed(second, module, loader, str(folder / "last.ckpt"))
    assert second.global_step == 6
    state = second.optimizers[0].state[module.layer.weight]
    assert int(state["step"]) == 6


def _transformers(folder: Path) -> None:
    import torch
    from transformers import Trainer, TrainingArguments

    class Model(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(4, 2)

        def forward(self, x: Any, labels: Any) -> Any:
            return {"loss": torch.nn.functional.cross_entropy(self.layer(x), labels)}

    rows = [{"x": torch.randn(4), "labels": torch.tensor(index % 2)} for index in range(16)]

    def trainer(steps: int) -> Any:
        arguments = TrainingArguments(
            output_dir=str(folder),
            max_steps=steps,
            per_device_train_batch_size=8,
            save_steps=2,
            report_to=[],
            disable_tqdm=True,
            use_cpu=True,
            lr_scheduler_type="constant_with_warmup",
            warmup_steps=100,
            learning_rate=1e-2,
        )
        return Trainer(model=Model(), args=arguments, train_dataset=rows)

    trainer(2).train()
    second = trainer(4)
    rate = transformers_resumed(second)
    assert second.state.global_step == 4
    assert abs(rate - 4 / 100 * 1e-2) < 1e-9  # a schedule begun anew would stand at 2 / 100


def _keras(folder: Path) -> None:
    os.environ.setdefault("KERAS_BACKEND", "torch")
    import keras
    import numpy as np

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    inputs, targets = np.random.default_rng(0).normal(size=(16, 4)), np.arange(16) % 2
    model.fit(inputs, targets, batch_size=8, epochs=2, verbose=0)
    restored = keras_resumed(model, inputs, targets, str(folder / "model.keras"))
    assert int(model.optimizer.iterations) == 4
    assert int(restored.optimizer.iterations) == 5  # one batch of sixteen went on top


def _paddle(folder: str) -> None:
    from lossclinic_kb.lab.tiny.paddle import linear, paddle, points

    def parts() -> tuple[Any, Any, Any]:
        model = linear()
        schedule = paddle.optimizer.lr.StepDecay(0.1, step_size=2)
        return model, paddle.optimizer.Adam(schedule, parameters=model.parameters()), schedule

    model, optimizer, schedule = parts()
    inputs, targets = points()
    for _ in range(3):
        paddle.nn.functional.cross_entropy(model(inputs), targets).backward()
        optimizer.step()
        optimizer.clear_grad()
        schedule.step()
    path, epoch = f"{folder}/last.pdckpt", 3
    # snippet: fix_paddle | paddle | The optimiser's state holds the schedule as well | 优化器的 state_dict 里也含有调度的状态
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}
    paddle.save(state, path)

    saved = paddle.load(path)
    model.set_state_dict(saved["model"])
    optimizer.set_state_dict(saved["optimizer"])
    first_epoch = saved["epoch"]
    # end snippet
    fresh = parts()
    fresh[1].set_state_dict(saved["optimizer"])
    assert first_epoch == 3
    assert fresh[2].last_epoch == schedule.last_epoch == 3
    assert abs(fresh[1].get_lr() - 0.01) < 1e-9
