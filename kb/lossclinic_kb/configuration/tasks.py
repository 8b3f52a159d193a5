"""What the kind of task says: some mistakes only such networks can make."""

from __future__ import annotations

from lossclinic_kb.configuration.rule import STRONG, Rule, plainly, says, task_of, unlikely

_OF_GANS = ("discriminator_too_strong", "gan_mode_collapse")

_OF_CLASSES = (
    "class_imbalance",
    "class_id_mapping_error",
    "softmax_before_cross_entropy",
    "nll_on_probabilities",
    "label_encoding_error",
)
"""What only networks that choose between classes can have."""

_OF_QUANTITIES = ("target_not_scaled", "posterior_collapse")
"""What only networks that put out quantities can have."""

_A_GAN = task_of("gan", "adversarial", "wgan", "lsgan", "dcgan")

_CLASSES = task_of("classification", "segmentation", "tagging", "ner")

_QUANTITIES = task_of("regression", "forecast", "forecasting")

_SQUARES = ("mse", "mseloss", "mean_squared_error", "l2", "mae", "l1", "l1loss")

RULES = (
    Rule(
        "task_gan",  # of what goes wrong in a GAN, the two sides are the larger part
        _A_GAN,
        {
            **dict.fromkeys(_OF_GANS, 5.0),
            **unlikely((*_OF_CLASSES, *_OF_QUANTITIES, "ctc_length_violation"), 0.1),
        },
        plainly("a generator and a discriminator are trained", "训练的是生成器和判别器"),
    ),
    Rule(
        "task_classification",
        lambda facts: _CLASSES(facts) and not _A_GAN(facts),
        {**unlikely(_OF_GANS, 0.03), **unlikely((*_OF_QUANTITIES, "ctc_length_violation"), 0.15)},
        plainly("the network chooses between classes", "网络做的是分类"),
    ),
    Rule(
        "task_regression",
        lambda facts: _QUANTITIES(facts) and not _A_GAN(facts),
        {**unlikely(_OF_GANS, 0.03), **unlikely((*_OF_CLASSES, "ctc_length_violation"), 0.1)},
        plainly("the network puts out quantities", "网络输出的是数值"),
    ),
    Rule(
        "squared_error_on_classes",
        lambda facts: _CLASSES(facts) and facts.get("loss") in _SQUARES,
        {"wrong_loss_for_task": STRONG},
        says("loss", "the task is classification, the loss {}", "任务是分类，损失却是 {}"),
    ),
)
"""In the order in which they are shown."""
