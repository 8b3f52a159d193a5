"""Hugging Face: what the Trainer prints. Run once with transformers 4 and once with 5; the cases carry the version."""

from __future__ import annotations

import contextlib
import io
import logging
import math
import os
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from captured import captured
from common import Row, by, save

MAJOR = int(version("transformers").split(".")[0])
TRAINING = {"loss": "train_loss", "grad_norm": "grad_norm", "learning_rate": "lr"}
EVALUATION = {
    "eval_loss": "val_loss",
    "eval_runtime": "other",
    "eval_samples_per_second": "other",
    "eval_steps_per_second": "other",
}


def shown(value: float) -> float:
    """Return a value as the Trainer prints it: version 5 with four digits (`ProgressCallback.on_log`), 4 in full."""
    return float(f"{value:.4g}") if MAJOR >= 5 and isinstance(value, float) else value


def rows(histories: Sequence[Sequence[Mapping[str, float]]], names: Mapping[str, str]) -> list[Row]:
    """Return the series that were printed, from the `log_history` of one or several starts; hidden NaN as NaN."""
    entries = [entry for history in histories for entry in history if "train_runtime" not in entry]
    found: list[Row] = []
    for name, role in names.items():
        values = [shown(entry[name]) for entry in entries if name in entry]
        if name == "loss":
            values = [
                math.nan
                if entry["loss"] == 0 and math.isnan(entry.get("grad_norm", 0))
                else shown(entry["loss"])
                for entry in entries
                if "loss" in entry
            ]
        found.append((name, role, values))
    return found


def main() -> None:
    """Bars in front, NaN hidden and shown, resumed, printed twice, cut off, with arguments before; TRL's metrics."""
    import numpy as np
    import torch
    import transformers
    from transformers import (
        BertConfig,
        BertForSequenceClassification,
        PrinterCallback,
        Trainer,
        TrainingArguments,
    )

    shape = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    tokens = torch.Generator().manual_seed(0)
    data = [
        {"input_ids": torch.randint(0, 50, (8,), generator=tokens), "labels": torch.tensor(i % 2)}
        for i in range(64)
    ]

    class Failing(Trainer):
        nan_from = 10**9

        def training_step(self, *args: Any, **options: Any) -> Any:
            if self.state.global_step >= self.nan_from:
                with torch.no_grad():
                    next(self.model.parameters()).fill_(math.nan)
            return super().training_step(*args, **options)

    def accuracy(prediction: Any) -> dict[str, float]:
        return {"accuracy": float((np.argmax(prediction.predictions, -1) == prediction.label_ids).mean())}

    def run(case: str, names: Mapping[str, str], *, notes: int, epochs: int = 2, nan_from: int = 10**9, resume: bool = False,
            twice: bool = False, arguments_shown: bool = False, cut: bool = False, times: int = 1, errors_apart: bool = False, evaluated: bool = True, restarts: Sequence[int] = (),
            config: Mapping[str, object] | None = None, **options: Any) -> None:  # fmt: skip
        torch.manual_seed(0)
        with tempfile.TemporaryDirectory() as folder:
            home, log = Path.cwd(), Path(folder) / "train.log"
            os.chdir(folder)
            histories = []
            for stage in range(1 + resume):
                given = {"disable_tqdm": True, "per_device_train_batch_size": 8, **options}
                arguments = TrainingArguments(
                    "out", num_train_epochs=epochs * (stage + 1), report_to=[], use_cpu=True,
                    **({"logging_dir": "out"} if MAJOR < 5 else {}), **given,
                )  # fmt: skip
                trainer = Failing(
                    BertForSequenceClassification(BertConfig(vocab_size=50, **shape)), arguments, train_dataset=data * times,
                    eval_dataset=data if evaluated else None, compute_metrics=accuracy if "eval_accuracy" in names else None,
                )  # fmt: skip
                trainer.nan_from = nan_from
                if twice:
                    trainer.callback_handler.callbacks.append(PrinterCallback())
                apart = (
                    contextlib.redirect_stderr(io.StringIO()) if errors_apart else contextlib.nullcontext()
                )
                with captured(log), apart:
                    if arguments_shown:
                        print(arguments)
                        transformers.logging.set_verbosity_info()
                        transformers.logging.disable_default_handler()
                        transformers.logging.add_handler(logging.StreamHandler())
                    trainer.train(resume_from_checkpoint="out/checkpoint-8" if stage else None)
                transformers.logging.set_verbosity_error()
                histories.append(trainer.state.log_history)
            os.chdir(home)
            if resume:  # the second history begins with what the checkpoint held of the first
                histories[1] = [entry for entry in histories[1] if entry["step"] > 8]
            if cut:  # within the last entry of training
                text = log.read_bytes()
                log.write_bytes(text[: text.rindex(b"'learning_rate'")])
                histories = [[entry for entry in histories[0] if "loss" in entry][:-1]]
            save(
                "hf_printed", f"v{MAJOR}_{case}", log, rows(histories, names), written_by=by("transformers"),
                notes=notes, restarts=restarts, config={"framework": "hf", **(config or {})},
            )  # fmt: skip

    stated = {
        "lr": 5e-05, "adam_epsilon": 1e-08, "grad_clip": 1.0, "weight_decay": 0.0, "label_smoothing": 0.0,
        "epochs": 2.0, "batch_size": 8.0,
    }  # fmt: skip
    every_epoch = {"eval_strategy": "epoch", "save_strategy": "no", "logging_steps": 2}
    run(
        "bars_and_arguments_around", {**TRAINING, "eval_accuracy": "val_acc", **EVALUATION}, notes=1,
        disable_tqdm=False, arguments_shown=True, config=stated, **every_epoch,
    )  # fmt: skip
    no_evaluation = {"evaluated": False, "save_strategy": "no", "logging_steps": 2}
    run("nan_hidden", TRAINING, notes=2, nan_from=6, **no_evaluation)
    run("nan_shown", TRAINING, notes=1, nan_from=6, logging_nan_inf_filter=False, **no_evaluation)
    if MAJOR < 5:
        run("rounded_epochs", TRAINING, notes=2, epochs=1, times=3, disable_tqdm=False, errors_apart=True, evaluated=False, save_strategy="no", logging_steps=1,
            per_device_train_batch_size=1)  # fmt: skip
        return
    run(
        "printed_by_two_processes",
        {**TRAINING, **EVALUATION},
        notes=2,
        twice=True,
        **every_epoch,
    )
    run("cut_off", TRAINING, notes=1, cut=True, **no_evaluation)
    run(
        "resumed_from_epoch_1", {**TRAINING, **EVALUATION}, notes=2, restarts=[8], resume=True, eval_strategy="epoch",
        save_strategy="epoch", logging_steps=2,
    )  # fmt: skip
    preferences()


def preferences() -> None:
    """TRL on top of the Trainer: a model that learns from preferred answers, with the metrics of that training."""
    import torch
    import trl
    from datasets import Dataset
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    warnings.filterwarnings("ignore")
    words = ["<pad>", "<eos>", "<unk>", "what", "is", "the", "sky", "blue", "green", "grass", "?"]
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", eos_token="<eos>", unk_token="<unk>"
    )
    pairs = Dataset.from_list(
        [{"prompt": f"what is the {thing} ? ", "chosen": yes, "rejected": no}
         for thing, yes, no in [("sky", "blue", "green"), ("grass", "green", "blue")] * 8]
    )  # fmt: skip
    torch.manual_seed(0)
    shape = GPT2Config(
        vocab_size=len(words), n_embd=16, n_layer=1, n_head=2, n_positions=32, eos_token_id=1, bos_token_id=1
    )
    with tempfile.TemporaryDirectory() as folder:
        home, log = Path.cwd(), Path(folder) / "dpo.log"
        os.chdir(folder)
        settings = trl.DPOConfig(
            "out", num_train_epochs=3, per_device_train_batch_size=4, logging_steps=2, report_to=[], use_cpu=True,
            save_strategy="no", eval_strategy="epoch", learning_rate=1e-2, bf16=False,
        )  # fmt: skip
        trainer = trl.DPOTrainer(
            GPT2LMHeadModel(shape),
            GPT2LMHeadModel(shape),
            args=settings,
            train_dataset=pairs,
            eval_dataset=pairs,
            processing_class=fast,
        )
        with captured(log):
            trainer.train()
        os.chdir(home)
        history = trainer.state.log_history
        known = {
            **TRAINING,
            **EVALUATION,
            "mean_token_accuracy": "train_acc",
            "eval_mean_token_accuracy": "val_acc",
        }
        names = list(
            dict.fromkeys(name for entry in history[:-1] for name in entry if name not in ("epoch", "step"))
        )
        found = rows([history], {name: known.get(name, "other") for name in names})
        save(
            "hf_printed",
            "v5_preferences",
            log,
            found,
            written_by=by("trl", "transformers"),
            notes=1,
            config={"framework": "hf"},
        )
