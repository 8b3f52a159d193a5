"""Means over samples in Lightning, which averages what is logged by itself."""

from __future__ import annotations


def exercise() -> None:
    """Run the Lightning snippet; the assertions are what the article claims of it."""
    import logging
    import warnings

    import lightning
    import torch
    from torch import Tensor, nn
    from torch.utils.data import DataLoader, TensorDataset

    # snippet: fix_lightning | lightning | Log the mean of a batch and its size; Lightning does the rest | 记 batch 的平均和样本数，其余交给 Lightning
    class Classifier(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.model = nn.Linear(4, 3)

        def validation_step(self, batch: list[Tensor]) -> None:
            inputs, targets = batch
            loss = nn.functional.cross_entropy(self.model(inputs), targets)  # the mean, never a sum
            self.log("val_loss", loss, on_epoch=True, batch_size=len(targets))  # weighted mean of the epoch

    # end snippet
    torch.manual_seed(0)
    rows, labels = torch.randn(10, 4), torch.randint(3, (10,))
    loader = DataLoader(TensorDataset(rows, labels), batch_size=4)  # the last batch holds two
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    module = Classifier()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # few workers, no logger: not the point here
        trainer = lightning.Trainer(
            accelerator="cpu", logger=False, enable_progress_bar=False, enable_model_summary=False
        )
        found = trainer.validate(module, loader, verbose=False)[0]["val_loss"]
    expected = nn.functional.cross_entropy(module.model(rows), labels).item()
    assert abs(found - expected) < 1e-5
