"""Two optimisers in one Lightning module."""

from __future__ import annotations

from typing import Any


def exercise() -> None:
    """Run the snippet; the assertions are what the article claims of it."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace():
        _lightning()


def _lightning() -> None:
    import lightning
    import torch
    from torch import Tensor, nn

    from lossclinic_kb.lab.tiny.lightning import QUIET, loader

    class Gan(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.automatic_optimization = False
            self.generator = nn.Linear(2, 4)
            self.critic = nn.utils.parametrizations.spectral_norm(nn.Linear(4, 1))

        def configure_optimizers(self) -> Any:
            both = (self.generator, self.critic)
            return [torch.optim.Adam(net.parameters(), 2e-4, betas=(0.5, 0.999)) for net in both]

        # snippet: fix_lightning | lightning | With automatic_optimization = False: a step each | 设 automatic_optimization = False，两个网络各走一步
        def training_step(self, batch: list[Tensor], _: int) -> None:
            real, bce = batch[0], nn.functional.binary_cross_entropy_with_logits
            fake = self.generator(torch.randn(len(real), 2, device=self.device))
            ones = torch.ones(len(real), 1, device=self.device)
            optimizers: Any = self.optimizers()  # both Adam(2e-4, betas=(0.5, 0.999))
            generator_step, critic_step = optimizers
            critic_step.zero_grad()
            self.manual_backward(
                bce(self.critic(real), 0.9 * ones) + bce(self.critic(fake.detach()), 0 * ones)
            )
            critic_step.step()
            generator_step.zero_grad()
            self.manual_backward(bce(self.critic(fake), ones))
            generator_step.step()

        # end snippet

    module = Gan()
    before = [p.detach().clone() for p in module.parameters()]
    lightning.Trainer(max_epochs=1, **QUIET).fit(module, loader())
    moved = [not torch.equal(a, b) for a, b in zip(before, module.parameters(), strict=True)]
    assert all(moved)
