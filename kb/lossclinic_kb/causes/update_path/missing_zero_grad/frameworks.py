"""Where gradients have to be cleared by hand: manual optimisation in Lightning, train_step in Keras, Paddle."""

from __future__ import annotations

from typing import Any


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace():
        _lightning()
        _keras()
        _paddle()


def _lightning() -> None:
    import lightning
    import torch
    from torch import Tensor

    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, loader

    class Manual(Module):
        def __init__(self) -> None:
            super().__init__()
            self.automatic_optimization = False

        # snippet: fix_lightning | lightning | Only with automatic_optimization = False is it your task | 只有 automatic_optimization = False 时才要自己清
        def training_step(self, batch: list[Tensor], _: int) -> Tensor:
            optimizer: Any = self.optimizers()
            optimizer.zero_grad()
            loss = self.loss(batch)
            self.manual_backward(loss)  # instead of loss.backward(): it knows about precision
            optimizer.step()
            return loss.detach()

        # end snippet

    torch.manual_seed(0)
    manual, automatic = Manual(), Module()
    automatic.load_state_dict(manual.state_dict())
    for module in (manual, automatic):
        lightning.Trainer(max_epochs=2, **QUIET).fit(module, loader())
    assert torch.allclose(manual.model.weight, automatic.model.weight)


def _keras() -> None:
    import numpy as np

    from lossclinic_kb.lab.tiny.keras import choice, keras, linear, points

    class Own(keras.Model):  # type: ignore[misc]
        # snippet: fix_keras | keras | Your own train_step, PyTorch backend | 自己写的 train_step（PyTorch 后端）
        def train_step(self, data: Any) -> dict[str, Any]:
            import torch

            inputs, targets = data
            self.zero_grad()
            loss = self.compute_loss(inputs, targets, self(inputs, training=True))
            loss.backward()
            with torch.no_grad():
                self.optimizer.apply([v.value.grad for v in self.trainable_weights], self.trainable_weights)
            return {"loss": loss.detach()}

        # end snippet

    layers = linear()
    own = Own(layers.inputs, layers.outputs)
    plain = linear()
    inputs, targets = points()
    for model in (own, plain):
        model.compile("sgd", choice())
        model.fit(inputs, targets, batch_size=4, epochs=2, shuffle=False, verbose=0)
    for one, other in zip(own.get_weights(), plain.get_weights(), strict=True):
        assert np.allclose(one, other, atol=1e-6)


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import linear, paddle, points

    model, loss_fn, (inputs, targets) = linear(), paddle.nn.CrossEntropyLoss(), points()
    loader = [(inputs, targets)] * 3
    optimizer = paddle.optimizer.SGD(0.0, parameters=model.parameters())
    # snippet: fix_paddle | paddle | clear_grad() after every step | 每次 step 之后 clear_grad()
    for inputs, targets in loader:
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
    # end snippet
    assert all(p.grad is None or float(p.grad.abs().sum()) == 0 for p in model.parameters())
