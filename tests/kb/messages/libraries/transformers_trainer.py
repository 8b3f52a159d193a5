"""What Hugging Face Transformers prints when it is used as it should not be."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
from provoking import provoke
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, models, pre_tokenizers
from torch import Tensor
from torch.utils.data import Dataset
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertModel,
    EarlyStoppingCallback,
    GPT2Config,
    GPT2LMHeadModel,
    PreTrainedTokenizerFast,
    Trainer,
    TrainingArguments,
)

SMALL = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 8}


class Rows(Dataset[dict[str, Tensor]]):
    """Eight rows of three tokens with a label."""

    def __init__(self, label: str = "labels") -> None:
        self.label = label

    def __len__(self) -> int:
        """Return how many there are."""
        return 8

    def __getitem__(self, row: int) -> dict[str, Tensor]:
        """Return a row."""
        tokens = torch.tensor([1, 2, 3])
        return {
            "input_ids": tokens,
            "attention_mask": torch.ones_like(tokens),
            self.label: torch.tensor(row % 2),
        }


def classifier(**more: Any) -> BertForSequenceClassification:
    return BertForSequenceClassification(BertConfig(vocab_size=50, **SMALL, **more))


def train(
    net: BertForSequenceClassification,
    rows: Rows | None = None,
    *,
    resume: str | None = None,
    watching: tuple[Any, ...] = (),
    **more: Any,
) -> None:
    settings = {"max_steps": 2, "report_to": [], "use_cpu": True, "save_strategy": "no", "disable_tqdm": True}
    arguments = TrainingArguments("out", log_level="info", **{**settings, **more})
    trainer = Trainer(
        net, arguments, train_dataset=rows or Rows(), eval_dataset=Rows(), callbacks=list(watching)
    )
    trainer.train(resume_from_checkpoint=resume)


def with_prefix() -> None:
    BertModel(BertConfig(vocab_size=50, **SMALL)).save_pretrained("bert")
    weights = load_file("bert/model.safetensors")
    renamed = {f"module.x.{name}": value for name, value in weights.items()}
    save_file(renamed, "bert/model.safetensors", metadata={"format": "pt"})
    BertForSequenceClassification.from_pretrained("bert")


def frozen() -> None:
    net = classifier()
    net.requires_grad_(False)
    train(net)


def padded() -> None:
    net = GPT2LMHeadModel(
        GPT2Config(vocab_size=50, n_embd=8, n_layer=1, n_head=2, pad_token_id=0, eos_token_id=0)
    )
    net(torch.tensor([[1, 2, 0, 0]]))


def too_long() -> None:
    words = Tokenizer(models.WordLevel({"a": 0, "[UNK]": 1}, unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(tokenizer_object=words, model_max_length=4)("a a a a a a a")


def other_loss() -> None:
    net = classifier()
    net.loss_type = "Foo"
    assert net.loss_function is not None


def resumed() -> None:
    train(classifier(), save_strategy="steps", save_steps=1)
    Path("out/checkpoint-1/rng_state.pth").unlink()
    train(classifier(), max_steps=3, resume="out/checkpoint-1")


def resumed_without_layer() -> None:
    path = "out/checkpoint-2/model.safetensors"
    weights = load_file(path)
    del weights["bert.encoder.layer.0.output.dense.weight"]
    save_file(weights, path, metadata={"format": "pt"})
    train(classifier(), max_steps=3, resume="out/checkpoint-2")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        provoke(
            {
                "transformers_backbone_missing": with_prefix,
                "transformers_nothing_trainable": frozen,
                "transformers_padding_unmasked": padded,
                "transformers_sequence_too_long": too_long,
                "transformers_loss_type_unknown": other_loss,
                "transformers_no_loss_returned": lambda: train(classifier(), Rows("target")),
                "transformers_labels_ignored": lambda: train(classifier(), Rows("target")),
                "transformers_random_state_missing": resumed,
                "transformers_resume_settings_differ": lambda: train(
                    classifier(), max_steps=3, resume="out/checkpoint-1", save_steps=7
                ),
                "transformers_missing_on_resume": resumed_without_layer,
                "transformers_early_stopping_unwatched": lambda: train(
                    classifier(),
                    watching=(EarlyStoppingCallback(2),),
                    eval_strategy="steps",
                    eval_steps=1,
                    metric_for_best_model="f1",
                ),
                "transformers_smoothing_disabled": lambda: train(
                    classifier(problem_type="multi_label_classification"), label_smoothing_factor=0.1
                ),
            }
        )
        os.chdir("/")
