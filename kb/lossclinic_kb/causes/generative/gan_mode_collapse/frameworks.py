"""Two optimisers in one step of Lightning."""

from __future__ import annotations

from typing import Any


def exercise() -> None:
    """Run the snippet; the assertions are what the article claims of it."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace():
        _lightning()


def _lightning() -> None:
    import torch
    from torch import Tensor, nn

    from lossclinic_kb.lab.tiny.lightning import QUIET, loader

    others = {**QUIET, "max_epochs": 1}

    # snippet: fix_lightning | lightning | Two optimisers: manual optimisation, a step each | 两个优化器：手动优化，一人一步
    import lightning

    class Gan(lightning.LightningModule):
        def __init__(self, generator: nn.Module, discriminator: nn.Module) -> None:
            super().__init__()
            self.automatic_optimization = False  # then every call below is yours
            self.generator, self.discriminator = generator, discriminator

        def training_step(self, batch: list[Tensor], _: int) -> None:
            optimizers: Any = self.optimizers()  # in the order of configure_optimizers
            optimizer_d, optimizer_g = optimizers
            real = batch[0].requires_grad_(True)
            noise = torch.randn_like(real)
            on_real, on_made = self.discriminator(real), self.discriminator(self.generator(noise).detach())
            slope = torch.autograd.grad(on_real.sum(), real, create_graph=True)[0]
            penalty = slope.flatten(1).square().sum(dim=1).mean()
            loss_d = nn.functional.softplus(-on_real).mean() + nn.functional.softplus(on_made).mean()
            optimizer_d.zero_grad()
            self.manual_backward(loss_d + 0.05 * penalty)
            optimizer_d.step()

            loss_g = nn.functional.softplus(-self.discriminator(self.generator(noise))).mean()
            optimizer_g.zero_grad()
            self.manual_backward(loss_g)
            optimizer_g.step()

        def configure_optimizers(self) -> Any:
            parts = (self.discriminator, self.generator)
            return [torch.optim.Adam(part.parameters(), lr=2e-4, betas=(0.0, 0.99)) for part in parts]

    # end snippet
    module: Any = Gan(nn.Linear(4, 4), nn.Linear(4, 1))
    before = [part.weight.detach().clone() for part in (module.generator, module.discriminator)]
    trainer = lightning.Trainer(**others)
    trainer.fit(module, loader())
    assert trainer.global_step == 8  # four batches, a step of each
    for old, part in zip(before, (module.generator, module.discriminator), strict=True):
        assert not torch.equal(old, part.weight)
