"""bfloat16 arithmetic in four frameworks. On a CPU, Paddle stays in float32: there the snippet only runs."""

from __future__ import annotations


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace() as folder:
        _lightning()
        _hf(str(folder))
        _keras()
        _paddle()


def _lightning() -> None:
    import torch

    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, loader

    seen = []

    class Seeing(Module):
        def loss(self, batch: list[torch.Tensor]) -> torch.Tensor:
            seen.append(self.model(batch[0]).dtype)
            return super().loss(batch)

    others = {**QUIET, "max_epochs": 1}
    # snippet: fix_lightning | lightning | One word of the Trainer | Trainer 里改一个词
    import lightning

    trainer = lightning.Trainer(precision="bf16-mixed", **others)  # instead of "16-mixed"
    # end snippet
    trainer.fit(Seeing(), loader(scale=1e5))  # 65504 is the end of float16
    assert set(seen) == {torch.bfloat16}
    assert trainer.callback_metrics["train_loss"].isfinite()
    assert {p.dtype for p in trainer.lightning_module.parameters()} == {torch.float32}


def _hf(folder: str) -> None:
    import torch

    from lossclinic_kb.lab.tiny.hf import QUIET, Model, rows

    seen = []

    class Seeing(Model):
        def forward(self, x: torch.Tensor, labels: torch.Tensor | None = None) -> dict[str, torch.Tensor]:
            seen.append(self.layer(x).dtype)
            return super().forward(x, labels)

    others = dict(QUIET)
    # snippet: fix_hf | hf | One argument | 改一个参数
    from transformers import Trainer, TrainingArguments

    arguments = TrainingArguments(folder, bf16=True, **others)  # instead of fp16=True
    # end snippet
    Trainer(Seeing(), arguments, train_dataset=rows()).train()
    assert set(seen) == {torch.bfloat16}


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import choice, keras, points

    try:
        # snippet: fix_keras | keras | The policy before the layers; the outputs in float32 | 建层之前设策略，输出层用 float32
        keras.mixed_precision.set_global_policy("mixed_bfloat16")  # instead of "mixed_float16"
        model = keras.Sequential(
            [
                keras.Input((4,)),
                keras.layers.Dense(16, activation="relu"),
                keras.layers.Dense(3, dtype="float32"),  # the loss is computed in float32
            ]
        )
        # end snippet
        model.compile("adam", choice())
        inputs, targets = points(scale=1e5)
        assert model.fit(inputs, targets, verbose=0).history["loss"][0] < 1e9
        assert [layer.compute_dtype for layer in model.layers] == ["bfloat16", "float32"]
    finally:
        keras.mixed_precision.set_global_policy("float32")


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import linear, paddle, points

    model, loss_fn, (inputs, targets) = linear(), paddle.nn.CrossEntropyLoss(), points()
    optimizer = paddle.optimizer.Adam(parameters=model.parameters())
    # snippet: fix_paddle | paddle | The default dtype of auto_cast is float16 | auto_cast 默认是 float16
    with paddle.amp.auto_cast(dtype="bfloat16"):
        loss = loss_fn(model(inputs), targets)
    loss.backward()  # no GradScaler
    optimizer.step()
    optimizer.clear_grad()
    # end snippet
    assert float(loss) < 10
