"""What the activation and the starting weights say."""

from __future__ import annotations

from lossclinic_kb.configuration.rule import STRONG, Rule, a_transformer, is_said, plainly, says

RULES = (
    Rule(
        "a_transformer",  # residual paths and normalisation carry the gradient, and their units do not die
        a_transformer,
        {"vanishing_gradients": 0.3, "dying_relu": 0.2},
        plainly(
            "gradients reach every layer of a transformer along its residual paths",
            "Transformer 的残差通路能把梯度传到每一层",
        ),
    ),
    Rule(
        "saturating_activation",
        lambda facts: facts.get("activation") in ("sigmoid", "logistic", "tanh"),
        {"vanishing_gradients": 3.0, "dying_relu": 0.05},
        says(
            "activation", "{} saturates, and with depth its gradients vanish", "{} 会饱和，层数一多梯度就消失"
        ),
    ),
    Rule(
        "relu_activation",
        is_said("activation", "relu"),
        {"dying_relu": 2.0, "vanishing_gradients": 0.5},
        says("activation", "{} units can die", "{} 单元可能“死亡”"),
    ),
    Rule(
        "no_activation",
        lambda facts: facts.get("activation") in ("identity", "linear", "none"),
        {"architecture_bug": STRONG, "model_too_small": 2.0, "dying_relu": 0.02, "vanishing_gradients": 0.3},
        says(
            "activation",
            "without a nonlinearity ({}) any number of layers is one linear map",
            "没有非线性（{}），多少层都只等于一次线性变换",
        ),
    ),
    Rule(
        "pretrained_said",
        is_said("pretrained", True),
        {"weights_not_loaded": 6.0, "catastrophic_forgetting": 3.0, "bad_initialization": 0.3},
        plainly("the run starts from pretrained weights", "从预训练权重开始"),
    ),
    Rule(
        "from_scratch_said",
        is_said("pretrained", False),
        {"weights_not_loaded": 0.1, "catastrophic_forgetting": 0.05},
        plainly("the run starts from scratch", "从头开始训练"),
    ),
)
"""In the order in which they are shown."""
