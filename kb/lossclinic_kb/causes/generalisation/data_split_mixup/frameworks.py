"""One split for all processes and all starts of a training in Lightning."""

from __future__ import annotations


def exercise() -> None:
    """Run the snippet; the assertions are what the article claims of it."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace():
        _lightning()


def _lightning() -> None:
    import torch

    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, loader

    dataset = loader(20).dataset
    # snippet: fix_lightning | lightning | setup() runs in every process and after every restart | setup() 每个进程、每次重启都会跑一遍
    import lightning
    from torch.utils.data import DataLoader, random_split

    class Data(lightning.LightningDataModule):
        def setup(self, stage: str) -> None:
            draw = torch.Generator().manual_seed(0)  # without it each process draws a split of its own
            self.train_set, self.val_set = random_split(dataset, [0.8, 0.2], draw)

        def train_dataloader(self) -> DataLoader[tuple[torch.Tensor, ...]]:
            return DataLoader(self.train_set, batch_size=4, shuffle=True)

        def val_dataloader(self) -> DataLoader[tuple[torch.Tensor, ...]]:
            return DataLoader(self.val_set, batch_size=4)

    # Without a data module: trainer.fit(module, train_dataloaders=..., val_dataloaders=...), by name.
    # end snippet
    first, again = Data(), Data()
    torch.manual_seed(1)
    lightning.Trainer(max_epochs=1, **QUIET).fit(Module(), datamodule=first)
    again.setup("fit")
    assert first.val_set.indices == again.val_set.indices
    assert not set(first.train_set.indices) & set(again.val_set.indices)
