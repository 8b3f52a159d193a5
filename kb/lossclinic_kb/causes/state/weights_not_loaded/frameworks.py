"""Loading that says what it left out: Lightning, Transformers, Keras and PaddlePaddle."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import Any


def transformers_loaded(auto_class: Any, folder: str, new_head: tuple[str, ...] = ("classifier.",)) -> Any:
    """Return the model in `folder`.

    Raises:
        RuntimeError: A weight other than that of the new head was not loaded.
    """
    # snippet: fix_hf | hf | Ask for the loading report, and read it | 要加载报告，并且真的去看
    model, report = auto_class.from_pretrained(folder, output_loading_info=True)
    missing = [key for key in report["missing_keys"] if not key.startswith(new_head)]
    if missing or report["mismatched_keys"]:
        raise RuntimeError(f"not loaded: {sorted(missing)[:5]}, other shapes: {report['mismatched_keys']}")
    # end snippet
    return model


def paddle_loaded(model: Any, path: str) -> None:
    """Load the weights in `path`.

    Raises:
        RuntimeError: A weight other than that of the new head was not loaded, or one is unknown.
    """
    from lossclinic_kb.lab.tiny.paddle import paddle

    # snippet: fix_paddle | paddle | set_state_dict only warns: take the lists it returns | set_state_dict 只给警告，要看它的返回值
    missing, unexpected = model.set_state_dict(paddle.load(path))
    missing = [key for key in missing if not key.startswith("head.")]  # a new head may be missing
    if missing or unexpected:
        raise RuntimeError(f"not loaded: {missing[:5]}, unknown: {unexpected[:5]}")
    # end snippet


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace() as folder:
        _lightning(str(folder / "last.ckpt"))
        _keras(str(folder / "model.weights.h5"))
    _transformers()
    _paddle()


def _lightning(path: str) -> None:
    import lightning

    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, loader

    trained = Module()
    trainer = lightning.Trainer(max_epochs=1, **QUIET)
    trainer.fit(trained, loader())
    trainer.save_checkpoint(path)
    network = Module().model
    # snippet: fix_lightning | lightning | Its keys carry the attribute's name: model.weight | 键名带着属性名前缀：model.weight
    import torch

    state = torch.load(path, map_location="cpu", weights_only=True)["state_dict"]
    network.load_state_dict({key.removeprefix("model."): value for key, value in state.items()})
    # the whole module: Module.load_from_checkpoint(path), a class method; module.load_... loads nothing into it
    # end snippet
    assert torch.equal(network.weight, trained.model.weight)


def _keras(path: str) -> None:
    from lossclinic_kb.lab.tiny.keras import keras, linear, weights

    linear(5).save_weights(path)
    model = linear(3)
    refused = False
    try:
        model.load_weights(path)
    except ValueError:
        refused = True
    assert refused
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(5)])
    # snippet: fix_keras | keras | skip_mismatch=True only warns: compare before and after | skip_mismatch=True 只给警告：前后比一下
    before = [w.numpy().copy() for w in model.weights]
    model.load_weights(path)  # raises where shapes differ
    same = [w.path for w, old in zip(model.weights, before, strict=True) if (w.numpy() == old).all()]
    # same: what was not loaded (or is zero in both, as fresh biases are)
    # end snippet
    assert [name.split("/")[-1] for name in same] == ["bias"]
    assert (weights(model) == weights(linear(5))).all()


def _transformers() -> None:
    from safetensors.torch import load_file, save_file
    from transformers import AutoModelForSequenceClassification, BertConfig, BertForSequenceClassification

    config = BertConfig(
        vocab_size=30,
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=8,
        max_position_embeddings=8,
    )
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the frameworks about each other's versions
        BertForSequenceClassification(config).save_pretrained(folder)
        assert transformers_loaded(AutoModelForSequenceClassification, folder).num_labels == 2

        file = Path(folder) / "model.safetensors"
        renamed = {f"module.{key}": value for key, value in load_file(file).items()}
        save_file(renamed, file, metadata={"format": "pt"})
        refused = ""
        try:
            transformers_loaded(AutoModelForSequenceClassification, folder)
        except RuntimeError as error:
            refused = str(error)
        assert "bert." in refused


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import paddle, weights

    def model() -> Any:
        return paddle.nn.Sequential(("body", paddle.nn.Linear(4, 4)), ("head", paddle.nn.Linear(4, 2)))

    saved = model()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Paddle says of the keys, and then goes on
        path = str(Path(folder) / "body.pdparams")
        state = saved.state_dict()
        paddle.save({key: state[key] for key in ("body.weight", "body.bias")}, path)
        fresh = model()
        paddle_loaded(fresh, path)
        assert (weights(fresh.body) == weights(saved.body)).all()

        paddle.save({f"module.{key}": value for key, value in state.items()}, path)
        refused = ""
        try:
            paddle_loaded(model(), path)
        except RuntimeError as error:
            refused = str(error)
        assert "body.weight" in refused
