"""The ranking: against Bayes' rule written out, and the statuses that it may end in."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from lossclinic_kb.case import Observations, WordMatch
from lossclinic_kb.causes import CAUSES, load_profiles
from lossclinic_kb.checks.which_of import which_of
from lossclinic_kb.diagnosis import rank
from lossclinic_kb.likelihoods import HEALTHY, OTHER, load_likelihoods
from lossclinic_kb.posterior import HEALTHY_PRIOR, OTHER_PRIOR, TEMPERATURE, Posterior
from lossclinic_kb.symptoms import SYMPTOMS, Finding
from lossclinic_kb.symptoms.groups import GROUPS
from lossclinic_kb.text import Text
from lossclinic_kb.words import WEIGHT


def seen(*present: str, unseen: tuple[str, ...] = ()) -> tuple[Finding, ...]:
    """Return findings: `present` show, `unseen` cannot be observed, all others are absent."""
    return tuple(
        Finding(symptom, "present", Text("seen", "看到"))
        if symptom in present
        else Finding(symptom, "not_observable" if symptom in unseen else "absent")
        for symptom in SYMPTOMS
    )


def test_every_symptom_belongs_to_one_group() -> None:
    assert set(GROUPS) == set(SYMPTOMS)


def test_the_table_holds_probabilities() -> None:
    table = load_likelihoods()
    for hypothesis in (*CAUSES, HEALTHY, OTHER):
        assert all(0 < table.present(symptom, hypothesis) < 1 for symptom in SYMPTOMS)


def test_one_observation_is_bayes_rule() -> None:
    table, profiles = load_likelihoods(), load_profiles()
    weights = {cause: WEIGHT[profile.prior] for cause, profile in profiles.items()}
    share = (1 - HEALTHY_PRIOR - OTHER_PRIOR) / sum(weights.values())
    priors = {cause: weight * share for cause, weight in weights.items()}
    priors |= {HEALTHY: HEALTHY_PRIOR, OTHER: OTHER_PRIOR}
    joint = {h: prior * table.present("loss_negative", h) for h, prior in priors.items()}
    total = sum(joint.values())
    case = Observations(findings=(Finding("loss_negative", "present", Text("seen", "看到")),))
    chances = Posterior(case, profiles, replace(table, corrections={})).probabilities()
    assert chances == pytest.approx({h: value / total for h, value in joint.items()})


def test_corrections_change_the_order_of_causes_and_nothing_else() -> None:
    table, profiles = load_likelihoods(), load_profiles()
    case = Observations(findings=seen("loss_flat"))
    plain = Posterior(case, profiles, replace(table, corrections={})).probabilities()
    added = {"loss_flat": {"present": {"lr_too_low": 1.0}}}
    corrected = Posterior(case, profiles, replace(table, corrections=added)).probabilities()
    assert corrected[HEALTHY] == pytest.approx(plain[HEALTHY])
    assert corrected[OTHER] == pytest.approx(plain[OTHER])
    assert sum(corrected.values()) == pytest.approx(1.0)
    odds, more = (math.log(one["lr_too_low"] / one["dying_relu"]) for one in (plain, corrected))
    prior = math.log(WEIGHT[profiles["lr_too_low"].prior] / WEIGHT[profiles["dying_relu"].prior])
    assert more == pytest.approx((odds - prior + 1.0) / TEMPERATURE + prior)


def test_what_cannot_be_observed_says_nothing() -> None:
    nothing = rank(Observations(findings=seen(unseen=tuple(SYMPTOMS))))
    prior = {cause: WEIGHT[profile.prior] for cause, profile in load_profiles().items()}
    chances = {candidate.cause: candidate.probability for candidate in nothing.candidates}
    common, rare = max(prior, key=prior.__getitem__), min(prior, key=prior.__getitem__)
    assert chances[common] / chances[rare] == pytest.approx(prior[common] / prior[rare])


@pytest.mark.parametrize(
    ("symptoms", "cause"),
    [
        (("loss_negative",), "nll_on_probabilities"),
        (("loss_at_double_softmax_floor", "accuracy_high_loss_stuck"), "softmax_before_cross_entropy"),
        (("val_rises_while_train_falls", "val_drifts_up", "accuracy_gap_wide"), "overfitting"),
        (("loss_sawtooth_per_epoch", "loss_oscillates", "batch_losses_repeat"), "no_shuffling"),
    ],
)
def test_tell_tale_symptoms_lead_to_their_cause(symptoms: tuple[str, ...], cause: str) -> None:
    first = rank(Observations(findings=seen(*symptoms))).candidates[0]
    assert first.cause == cause
    assert {line.ref for line in first.evidence if line.weight > 0} & set(symptoms)


def test_still_falling_alone_is_no_fault() -> None:
    assert rank(Observations(findings=seen("loss_still_falling"))).status == "healthy"
    early = seen("loss_still_falling", "stopped_after_few_epochs", "ends_with_much_left")
    assert rank(Observations(findings=early)).status != "healthy"


def test_silence_is_healthy_and_words_alone_never_are() -> None:
    assert rank(Observations(findings=seen())).status == "healthy"
    even = {cause: WordMatch(0.0, Text("", "")) for cause in CAUSES}
    assert rank(Observations(words=even)).status == "undetermined"


def test_irrelevant_words_are_off_topic_unless_there_is_a_log() -> None:
    even = {cause: WordMatch(0.0, Text("", "")) for cause in CAUSES}
    assert rank(Observations(words=even, relevant=False)).status == "off_topic"
    assert rank(Observations(findings=seen(), words=even, relevant=False)).status != "off_topic"


def test_words_and_curve_add_up() -> None:
    words = {cause: WordMatch(2.0 if cause == "overfitting" else 0.0, Text("x", "x")) for cause in CAUSES}
    alone = rank(Observations(words=words)).candidates[0]
    curve = rank(
        Observations(findings=seen("val_rises_while_train_falls", "val_drifts_up", "accuracy_gap_wide"))
    ).candidates[0]
    both = rank(
        Observations(
            findings=seen("val_rises_while_train_falls", "val_drifts_up", "accuracy_gap_wide"), words=words
        )
    ).candidates[0]
    assert alone.cause == curve.cause == both.cause == "overfitting"
    assert both.probability > max(alone.probability, curve.probability)


def test_an_answer_multiplies_the_odds_by_its_likelihoods() -> None:
    from lossclinic_kb.checks import load_checks

    case = Observations(findings=seen("loss_flat"))
    before = {c.cause: c.probability for c in rank(case).candidates}
    after = {c.cause: c.probability for c in rank(case.answered("lr_up_10x", "falls_faster")).candidates}
    check = load_checks()["lr_up_10x"]
    ratio = check.likelihood("falls_faster", "lr_too_low") / check.likelihood("falls_faster", "dying_relu")
    odds = (after["lr_too_low"] / after["dying_relu"]) / (before["lr_too_low"] / before["dying_relu"])
    assert math.log(odds) == pytest.approx(math.log(ratio))


def test_an_answer_replaces_the_earlier_one_and_can_be_taken_back() -> None:
    case = Observations().answered("lr_up_10x", "diverges").answered("lr_up_10x", "no_change")
    assert [answer.outcome for answer in case.answers] == ["no_change"]
    assert case.without_answer("lr_up_10x").answers == ()


def test_a_check_that_the_log_answers_is_not_asked() -> None:
    unseen = tuple(symptom for symptom in SYMPTOMS if symptom != "accuracy_contradicts_loss")
    logged = tuple(symptom for symptom in unseen if symptom != "first_loss_far_above_chance")
    no_list = frozenset({which_of(("metric_bug", "overfitting")).id})
    asked, settled = (
        rank(
            Observations(findings=seen("accuracy_contradicts_loss", unseen=hidden), put_off=no_list)
        ).next_check
        for hidden in (unseen, logged)
    )
    assert asked is not None
    assert asked.id == "look_at_first_loss"
    assert settled is None or settled.id != "look_at_first_loss"


def test_the_weight_of_evidence_is_its_log_ratio_against_all_the_rest() -> None:
    table, profiles = load_likelihoods(), load_profiles()
    case = Observations(findings=seen("loss_flat", "loss_at_chance"))
    scores = Posterior(case, profiles, table)
    for cause in ("optimizer_step_missing", "lr_too_high"):
        rest = [h for h in scores.hypotheses if h != cause]
        mass = sum(scores.priors[h] for h in rest)
        average = sum(scores.priors[h] * table.present("loss_flat", h) for h in rest) / mass
        line = next(line for line in scores.evidence(cause) if line.ref == "loss_flat")
        ratio = math.log(table.present("loss_flat", cause) / average)
        assert line.weight == pytest.approx(ratio + table.correction("loss_flat", "present").get(cause, 0.0))
