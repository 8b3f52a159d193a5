"""Batch normalisation of small batches in Lightning, Keras and PaddlePaddle."""

from __future__ import annotations


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace():
        _lightning()
        _keras()
        _paddle()


def _lightning() -> None:
    from torch import nn

    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, loader

    others = {**QUIET, "max_epochs": 1}
    module = Module(nn.Sequential(nn.BatchNorm1d(4), nn.Linear(4, 3)))
    # snippet: fix_lightning | lightning | Several GPUs: pool the statistics; pretrained: keep them | 多卡：同步统计量；预训练：冻结统计量
    import lightning

    trainer = lightning.Trainer(sync_batchnorm=True, **others)  # takes effect with strategy="ddp"
    for layer in module.modules():
        if isinstance(layer, nn.modules.batchnorm._BatchNorm):
            layer.eval()  # once, before fit(): Lightning leaves it so
    # end snippet
    norm = module.model[0]
    trainer.fit(module, loader(), loader(8))
    assert not norm.training
    assert float(norm.running_mean.abs().sum()) == 0


def _keras() -> None:
    import numpy as np

    from lossclinic_kb.lab.tiny.keras import keras

    draw = np.random.default_rng(0)
    # snippet: fix_keras | keras | Without the batch; over devices; or with the old statistics | 不依赖 batch；或跨卡同步；或沿用旧统计量
    block = keras.Sequential(
        [
            keras.layers.Conv2D(16, 3, use_bias=False),
            keras.layers.GroupNormalization(groups=4),  # or BatchNormalization(synchronized=True)
            keras.layers.Activation("relu"),
        ]
    )
    # A pretrained BatchNormalization: layer.trainable = False makes it use its statistics in training, too.
    # end snippet
    images = draw.normal(size=(4, 6, 6, 3)).astype("float32")
    alone, together = block(images[:1], training=True), block(images, training=True)[:1]
    assert float((alone - together).abs().max()) < 1e-5
    norm = keras.layers.BatchNormalization()
    norm(images)
    norm.trainable = False
    assert float((norm(images, training=True) - norm(images, training=False)).abs().max()) == 0


def _paddle() -> None:
    import numpy as np

    from lossclinic_kb.lab.tiny.paddle import paddle

    model = paddle.nn.Sequential(paddle.nn.Conv2D(3, 8, 3), paddle.nn.BatchNorm2D(8))
    # snippet: fix_paddle | paddle | GroupNorm; several cards: SyncBatchNorm | 用 GroupNorm；多卡用 SyncBatchNorm
    norm = paddle.nn.GroupNorm(num_groups=4, num_channels=8)  # instead of BatchNorm2D(8)
    synced = paddle.nn.SyncBatchNorm.convert_sync_batchnorm(model)  # then paddle.DataParallel(synced)
    # Frozen statistics: BatchNorm2D(8, use_global_stats=True)
    # end snippet
    images = paddle.to_tensor(np.random.default_rng(0).normal(size=(4, 8, 6, 6)).astype("float32"))
    assert float((norm(images[:1]) - norm(images)[:1]).abs().max()) < 1e-5
    assert isinstance(synced[1], paddle.nn.SyncBatchNorm)
    frozen = paddle.nn.BatchNorm2D(8, use_global_stats=True)
    assert float((frozen(images) - images).abs().max()) < 1e-4
