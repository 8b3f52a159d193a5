"""Steps that a framework leaves out, or leaves to its user."""

from __future__ import annotations


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

    class Returns(Module):
        # snippet: fix_lightning | lightning | Return the loss: None leaves the step out | 一定要返回 loss：返回 None 这一步就跳过
        def training_step(self, batch: list[Tensor], _: int) -> Tensor:
            loss = self.loss(batch)
            self.log("train_loss", loss)
            return (
                loss  # with automatic_optimization = False: manual_backward() and optimizer.step() yourself
            )

        # end snippet

    class Forgets(Module):
        def training_step(self, batch: list[Tensor], _: int) -> None:  # type: ignore[override]
            self.log("train_loss", self.loss(batch))

    for kind, moves in ((Returns, True), (Forgets, False)):
        module = kind()
        before = [p.detach().clone() for p in module.parameters()]
        lightning.Trainer(max_epochs=1, **QUIET).fit(module, loader())
        moved = any(not torch.equal(a, b) for a, b in zip(before, module.parameters(), strict=True))
        assert moved is moves


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import choice, keras, linear, points, weights

    model, loss_fn, (inputs, targets) = linear(), choice(), points()
    loader = [(inputs, targets)] * 2
    optimizer = keras.optimizers.SGD(0.1)
    before = weights(model)
    # snippet: fix_keras | keras | A loop of your own on the PyTorch backend | 自己写训练循环（PyTorch 后端）
    import torch

    for inputs, targets in loader:
        model.zero_grad()
        loss = loss_fn(targets, model(inputs, training=True))
        loss.backward()
        with torch.no_grad():
            optimizer.apply([v.value.grad for v in model.trainable_weights], model.trainable_weights)
    # end snippet
    assert (weights(model) != before).any()
    assert int(optimizer.iterations) == 2


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import linear, paddle, points, weights

    model, loss_fn, loader = linear(), paddle.nn.CrossEntropyLoss(), [points()]
    optimizer = paddle.optimizer.SGD(0.1, parameters=model.parameters())
    before = weights(model)
    # snippet: fix_paddle | paddle | backward, step, clear_grad, in every iteration | 每次迭代都要 backward、step、clear_grad
    for inputs, targets in loader:
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
    # end snippet
    assert (weights(model) != before).any()
