"""What cannot be read in other programs' configs is an error at its place with a hint; nothing is guessed."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest
from plans.importers.files import planned_of, problems
from plans.importers.samples import SAMPLES, TIMM_SAMPLES, Sample

FIRST = {sample.kind: sample for sample in reversed(SAMPLES)}


def changed(kind: str, old: str, new: str) -> str:
    text = FIRST[kind].text
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "flags", "expected"),
    [
        pytest.param(
            "lr_scheduler_type: reduce_lr_on_plateau\nlearning_rate: 0.1\nmax_steps: 10",
            {},
            "f:1:20: lr_scheduler_type cannot be computed before training: the rate depends on the metric that the "
            "training loop passes to step(), got 'reduce_lr_on_plateau'",
            id="hf-plateau",
        ),
        pytest.param(
            "learning_rate: 0.1\nlr_scheduler_type: linear\nnum_train_epochs: 3",
            {},
            "f:3:19: number of steps unknown: num_train_epochs is 3 but max_steps is not set; pass --steps "
            "or --steps-per-epoch",
            id="hf-epochs-of-no-known-length",
        ),
        pytest.param(
            "learning_rate: 0.1\nmax_steps: 10\nlr_scheduler_type: linear",
            {"epochs": "3"},
            "--epochs: number of steps unknown: the config counts steps, not epochs; pass --steps-per-epoch "
            "too, or --steps",
            id="hf-flag-in-epochs",
        ),
        pytest.param(
            "lr_scheduler_type: cosin\nmax_steps: 10",
            {},
            "f:1:20: lr_scheduler_type must be a supported scheduler, got 'cosin'; did you mean cosine?",
            id="hf-unknown",
        ),
        pytest.param(
            "lr_scheduler_type: cosine\nmax_steps: 10\nlr_scheduler_kwargs: {num_warmup_steps: 3}",
            {"lr": "0.1"},
            "f:3:41: num_warmup_steps must not be given: the Trainer sets it, got '3'",
            id="hf-twice",
        ),
        pytest.param(
            "learning_rate: abc\nmax_steps: 10\nlr_scheduler_type: linear",
            {},
            "f:1:16: must be a finite number above 0, got 'abc'",
            id="hf-rate",
        ),
        pytest.param(
            "learning_rate: 0.1\nmax_steps: 10\noutput_dir: out\nbf16: true",
            {},
            "f:1:1: lr_scheduler_type must be given: its default, linear in TrainingArguments, differs "
            "between programs; add lr_scheduler_type: linear to the file",
            id="hf-no-type",
        ),
        pytest.param(
            "max_steps: 10\nlr_scheduler_type: linear",
            {},
            "f:1:1: learning_rate must be given: its default, 5e-5 in TrainingArguments, differs between "
            "programs; pass --lr 5e-5",
            id="hf-no-rate",
        ),
        pytest.param(
            "lr_scheduler_type: linear\nlearning_rate: 0.1",
            {"steps_per_epoch": "3"},
            "f:1:1: max_steps or num_train_epochs must be given; pass --steps",
            id="hf-no-length",
        ),
        pytest.param(
            "lr_scheduler_type: cosine\nlearning_rate: 0.1\nmax_steps: 10\ncosine_min_lr_ratio: 0.1",
            {},
            "f:4:22: cosine_min_lr_ratio is not a key of Hugging Face TrainingArguments and may change the "
            "learning rate, got '0.1'; pass a curve instead of the file, as in cosine:warmup=5,min_lr=1e-5",
            id="hf-stranger",
        ),
        pytest.param(
            "lr_scheduler_type: linear\nlearning_rate: 0.1\nmax_steps: 10\nwarmup_steps: 3\nwarmup_ratio: 0.1",
            {},
            "f:5:15: warmup_ratio and warmup_steps must not both be given: versions of Transformers differ; remove one",
            id="hf-two-warmups",
        ),
        pytest.param(
            "lr_scheduler_type: cosine\nlearning_rate: 0.1\nmax_steps: 10\nnum_cycles: 2",
            {},
            "f:4:13: num_cycles is an argument of transformers.get_cosine_schedule_with_warmup, not a key of "
            "Hugging Face TrainingArguments, got '2'; write it in lr_scheduler_kwargs",
            id="hf-argument",
        ),
        pytest.param(
            "lr_scheduler_type: polynomial\nlearning_rate: 0.1\nmax_steps: 10\nlr_end: 0.01",
            {},
            "f:4:9: lr_end is an argument of transformers.get_polynomial_decay_schedule_with_warmup, not a key of "
            "Hugging Face TrainingArguments, got '0.01'; write it in lr_scheduler_kwargs",
            id="hf-argument-that-is-a-rate",
        ),
        pytest.param(
            "lr_scheduler_type: cosine\nlearning_rate: 0.1\nmax_steps: 10\nnum_training_steps: 5",
            {},
            "f:4:21: num_training_steps is an argument of transformers.get_cosine_schedule_with_warmup, not a key of "
            "Hugging Face TrainingArguments, got '5'; the Trainer sets it: remove it",
            id="hf-argument-of-the-trainer",
        ),
        pytest.param(
            "lr_scheduler_type: cosine\nlearning_rate: 0.1\nmax_steps: 10\nlr_scheduler_kwarg: {num_cycles: 2}",
            {},
            "f:4:21: lr_scheduler_kwarg is not a key of Hugging Face TrainingArguments, got a mapping; "
            "did you mean lr_scheduler_kwargs?",
            id="hf-misspelled",
        ),
        pytest.param(
            "lr_scheduler_type: warmup_stable_decay\nlearning_rate: 0.1\nmax_steps: 10\nwarmup_type: cosine\n"
            "lr_scheduler_kwargs: {num_decay_steps: 3}",
            {},
            "f:4:14: warmup_type is an argument of transformers.get_wsd_schedule, not a key of "
            "Hugging Face TrainingArguments, got 'cosine'; write it in lr_scheduler_kwargs",
            id="hf-argument-like-a-key",
        ),
        pytest.param(
            "scheduler_type: cosine\nlearning_rate: 0.1\nmax_steps: 10\noutput_dir: out\nbf16: true",
            {},
            "f:1:17: scheduler_type is not a key of Hugging Face TrainingArguments, got 'cosine'; "
            "did you mean lr_scheduler_type?",
            id="hf-misspelled-type",
        ),
        pytest.param(
            "lr_scheduler_type: cosine\nlr: 0.1\nlearning_rate: 0.2\nmax_steps: 10",
            {},
            "f:2:5: lr is not a key of Hugging Face TrainingArguments, got '0.1'; remove it",
            id="hf-two-rates",
        ),
        pytest.param(
            "lr_scheduler_type: cosine\nlr: 0.1\nmax_steps: 10",
            {},
            "f:2:5: lr is not a key of Hugging Face TrainingArguments, got '0.1'; did you mean learning_rate?",
            id="hf-lr",
        ),
        pytest.param(
            "lr_scheduler_type: cosine_with_min_lr\nlearning_rate: 0.1\nmin_lr: 0.01\nmax_steps: 10",
            {},
            "f:3:9: min_lr is an argument of transformers.get_cosine_with_min_lr_schedule_with_warmup, not a key of "
            "Hugging Face TrainingArguments, got '0.01'; write it in lr_scheduler_kwargs",
            id="hf-min-lr",
        ),
        pytest.param(
            "lr_scheduler_type: cosine\nlearning_rate: 0.1\nmax_steps: 10",
            {"warmup": "3"},
            "--warmup: cannot override the schedule of Hugging Face TrainingArguments, got '3'; set "
            "warmup_steps in the file",
            id="hf-warmup",
        ),
        pytest.param(
            "sched: plateau\nlr: 0.1\nepochs: 10",
            {},
            "f:1:8: sched cannot be computed before training: the rate depends on the metric that the training loop "
            "passes to step(), got 'plateau'",
            id="timm-plateau",
        ),
        pytest.param(
            "sched: cosine\nlr: 0.1\nepochs: 10\nwarmup_steps: 100",
            {},
            "f:4:15: warmup_steps is not a key of timm args.yaml and may change the learning rate, got "
            "'100'; pass a curve instead of the file, as in cosine:warmup=5,min_lr=1e-5",
            id="timm-stranger",
        ),
        pytest.param(
            "sched: cosine\nlr: 0.1\nepochs: 10",
            {"min_lr": "0.01"},
            "--min-lr: cannot override the schedule of timm args.yaml, got '0.01'; set min_lr in the file",
            id="timm-min-lr",
        ),
        pytest.param(
            "sched: cosine\nlr: null\nlr_base: 0.1\nepochs: 10",
            {},
            "f:2:5: lr must be given: timm computes it from lr_base and the global batch size, which is not "
            "in the file; pass --lr",
            id="timm-no-rate",
        ),
        pytest.param(
            "sched: cosine\nlr: 0.1\nepochs: 10\nsched_on_updates: true",
            {},
            "f:4:19: number of steps per epoch unknown: sched_on_updates is true; pass --steps-per-epoch",
            id="timm-on-updates",
        ),
        pytest.param(
            "sched: cosine\nlr: 0.1\nepochs: 10",
            {"steps": "100"},
            "--steps: timm counts epochs, not steps, got '100'; pass --epochs",
            id="timm-steps",
        ),
        pytest.param(
            "sched: cosine\nlr: 0.1\nepochs: 10\nlr_noise: [0.4, 0.9]",
            {},
            "f:4:11: lr_noise must be null: noise is not supported, got a list",
            id="timm-noise",
        ),
        pytest.param(
            "sched: wsd\nlr: 0.1\nepochs: 10\ndecay_epochs: 8",
            {},
            "f:4:15: the decay must be at most 5, the length of the run after the warmup, got 8",
            id="timm-decay-too-long",
        ),
        pytest.param(
            "- {type: ReduceOnPlateauLR}",
            {},
            "f:1:10: type cannot be computed before training: the rate depends on the metric that the training loop "
            "passes to step(), got 'ReduceOnPlateauLR'",
            id="mm-plateau",
        ),
        pytest.param(
            "- {type: StepLR, step_size: 3, end: 12}",
            {},
            "f:1:1: learning rate unknown: the config does not contain the optimizer's lr; pass --lr",
            id="mm-no-rate",
        ),
        pytest.param(
            "- {type: StepLR, step_size: 3}",
            {"lr": "0.1"},
            "f:1:3: length of the run unknown: StepLR has no end; pass --epochs",
            id="mm-no-end",
        ),
        pytest.param(
            "- {type: LinearLR, end: 3}\n- {type: CosineAnnealingLR, begin: 3}",
            {"lr": "0.1"},
            "f:2:3: length of the run unknown: CosineAnnealingLR has no end; pass --epochs",
            id="mm-one-without-end",
        ),
        pytest.param(
            "- {type: StepLR, step_size: 3, gama: 0.5, end: 12}",
            {"lr": "0.1"},
            "f:1:38: StepLR has no argument 'gama'; did you mean gamma?",
            id="mm-argument",
        ),
        pytest.param(
            "- {type: CosineRestartLR, periods: [5], end: 5}",
            {"lr": "0.1"},
            "f:1:3: eta_min must be given: MMEngine has no default",
            id="mm-restart-without-floor",
        ),
        pytest.param(
            "- {type: CosineAnnealingLR, eta_min: 0.01, eta_min_ratio: 0.1, end: 5}",
            {"lr": "0.1"},
            "f:1:59: eta_min_ratio must not be given together with eta_min, got '0.1'",
            id="mm-two-floors",
        ),
        pytest.param(
            "param_scheduler: [{type: StepLR, step_size: 3}]\ntrain_cfg: {type: IterBasedTrainLoop, max_iters: 9}",
            {"lr": "0.1"},
            "f:1:19: by_epoch must be false, or convert_to_iter_based true: IterBasedTrainLoop does not "
            "count epochs",
            id="mm-epochs-in-a-loop-of-updates",
        ),
        pytest.param(
            "param_scheduler: [{type: StepLR, step_size: 3, by_epoch: false}]\ntrain_cfg: {max_epochs: 9}",
            {"lr": "0.1"},
            "f:2:25: number of steps per epoch unknown: the schedulers count steps; pass --steps-per-epoch",
            id="mm-updates-in-a-loop-of-epochs",
        ),
        pytest.param(
            "param_scheduler: [{type: StepLR, step_size: 3}]\ntrain_cfg: {max_epochs: 9}\n"
            "auto_scale_lr: {enable: true, base_batch_size: 16}\noptim_wrapper: {optimizer: {lr: 0.1}}",
            {},
            "f:3:25: learning rate unknown: auto_scale_lr multiplies lr by the global batch size, which is "
            "not in the file; pass --lr",
            id="mm-scaled",
        ),
        pytest.param(
            "- {type: StepLR, step_size: 3, end: 12}",
            {"lr": "0.1", "warmup": "2"},
            "--warmup: cannot override the schedule of MMEngine config, got '2'; set end of its first scheduler in the "
            "file",
            id="mm-warmup",
        ),
        pytest.param(
            "- {type: LinearLR, by_epoch: false, end: 9}\n- {type: StepLR, by_epoch: true, step_size: 3, end: 12}",
            {"lr": "0.1"},
            "f:2:28: number of steps per epoch unknown: some schedulers count steps and some epochs; pass "
            "--steps-per-epoch",
            id="mm-two-clocks",
        ),
        pytest.param(
            "- {type: LinearLR, end: 9000000}\n- {type: CosineAnnealingLR, eta_min: 0.01, end: 9000000}",
            {"lr": "0.1"},
            "f:2:3: no schedule has the shape of its curve, and a table of it must have at most 200,000 rates, "
            "got 8,999,999",
            id="mm-overlapping-for-long",
        ),
        pytest.param(
            "- {type: PolyLR, eta_min: 0.2, power: 0.3, end: 9000}",
            {"lr": "0.1"},
            "f:1:3: no schedule has the shape of its curve, and a table of it needs more than 5,000 knots",
            id="mm-steep-rise",
        ),
        pytest.param(
            "- {type: CosineAnnealingLR, T_max: 2, end: 9000}",
            {"lr": "0.1"},
            "f:1:36: T_max must give at most 1,000 waves in the run, got '2'",
            id="mm-many-waves",
        ),
        pytest.param(
            "- {type: CosineAnnealingParamScheduler, T_max: 2, end: 9}",
            {"lr": "0.1"},
            "f:1:3: param_name must be given: CosineAnnealingParamScheduler has no default",
            id="mm-no-param-name",
        ),
        pytest.param(
            "- {type: QuadraticWarmupLR, end: 0.25, convert_to_iter_based: true}",
            {"lr": "0.1", "steps_per_epoch": "10"},
            "f:1:34: end must be a whole number of steps of 10 per epoch, got '0.25'",
            id="mm-part-of-a-step",
        ),
        pytest.param(
            FIRST["deepspeed"].text,
            {},
            "f:14:13: number of steps unknown: total_num_steps is not set; pass --steps",
            id="ds-no-length",
        ),
        pytest.param(
            json.dumps({"scheduler": {"type": "WarmupLR", "params": {"warmup_max_lr": "auto"}}}),
            {"steps": "5"},
            "f:1:64: warmup_max_lr must be a number: only the Trainer of transformers fills in 'auto'; "
            "pass --lr, or also the TrainingArguments with --combine",
            id="ds-auto",
        ),
        pytest.param(
            "{train_micro_batch_size_per_gpu: 8}",
            {},
            "f:1:1: scheduler must be given: schedulers created in code cannot be read; if that of the "
            "TrainingArguments is used, pass them too, with --combine",
            id="ds-no-scheduler",
        ),
        pytest.param(
            json.dumps({"scheduler": {"type": "LRRangeTest", "params": {}}}),
            {},
            "f:1:24: type must be a schedule: a range test is a search for a learning rate, got 'LRRangeTest'",
            id="ds-range-test",
        ),
        pytest.param(
            json.dumps({"zero_optimization": {}, "scheduler": {"type": "MyLR", "params": {}}}),
            {},
            "f:1:49: type must be a supported scheduler, got 'MyLR'; the supported ones are WarmupLR, "
            "WarmupDecayLR, WarmupCosineLR and OneCycle",
            id="ds-own-scheduler",
        ),
        pytest.param(
            json.dumps({"scheduler": {"type": "WarmupLR", "params": {"warmup_steps": 3}}}),
            {"lr": "0.1", "steps": "9"},
            "f:1:63: WarmupLR has no parameter 'warmup_steps'; did you mean warmup_num_steps?",
            id="ds-parameter",
        ),
        pytest.param(
            json.dumps({"scheduler": {"type": "WarmupLR", "params": {"last_batch_iteration": 3}}}),
            {"lr": "0.1", "steps": "9"},
            "f:1:71: last_batch_iteration must be -1: a resumed schedule cannot be read, got '3'",
            id="ds-resumed",
        ),
        pytest.param(
            json.dumps({"scheduler": {"type": "WarmupLR", "params": {"warmup_num_steps": "auto"}}}),
            {"lr": "0.1", "steps": "9"},
            "f:1:67: warmup_num_steps must be a number: only the Trainer of transformers fills in "
            "'auto'; pass --warmup, or also the TrainingArguments with --combine",
            id="ds-auto-warmup",
        ),
        pytest.param(
            json.dumps({"scheduler": {"type": "OneCycle", "params": {"cycle_min_lr": 0.1, "cycle_max_lr": 1}}}),
            {"steps": "9", "warmup": "3"},
            "--warmup: OneCycle does not have a warmup, got '3'",
            id="ds-cycle-warmup",
        ),
        pytest.param(
            json.dumps({"scheduler": {"type": "WarmupLR", "params": {}}}),
            {"lr": "0.1", "steps": "9", "warmup": "2.5"},
            "--warmup: must be a whole number of steps, got '2.5'",
            id="ds-part-of-an-update",
        ),
        pytest.param(
            "trainer: {max_epochs: 3}\noptimizer: {class_path: torch.optim.SGD}\n"
            "lr_scheduler: {class_path: latent_diffusion.WarmupLR}",
            {},
            "f:3:28: class_path must be a class of torch.optim.lr_scheduler, got 'latent_diffusion.WarmupLR'",
            id="pl-own-class-of-a-diffusion-model",
        ),
        pytest.param(
            "trainer: {max_epochs: 3}\nmodel:\n  optimizer: {_target_: torch.optim.SGD, lr: 0.1}\n"
            "  scheduler: {_target_: torch.optim.lr_scheduler.StepLR, step_size: 1}\n  frequency: 2",
            {},
            "f:5:14: frequency must be 1: other frequencies are not supported, got '2'",
            id="hydra-frequency-without-interval",
        ),
        pytest.param(
            "trainer: {max_epochs: 3}\noptimizer: {class_path: torch.optim.SGD, lr: 0.1}",
            {},
            "f:2:46: lr must be in init_args, or left out, got '0.1'",
            id="pl-rate-beside-the-arguments",
        ),
        pytest.param(
            "SOLVER: {LR_POLICY: cosine, MAX_EPOCH: 3}\nMULTIGRID: {LONG_CYCLE: false, SHORT_CYCLE: true}",
            {},
            "f:2:45: SHORT_CYCLE must be false: multigrid training has other epochs and rates than those of SOLVER, "
            "got 'true'",
            id="slowfast-multigrid",
        ),
        pytest.param(
            changed("lightning", "torch.optim.lr_scheduler.CosineAnnealingLR", "my.Scheduler"),
            {},
            "f:14:15: class_path must be a class of torch.optim.lr_scheduler, got 'my.Scheduler'",
            id="pl-own-class",
        ),
        pytest.param(
            changed("lightning", "torch.optim.lr_scheduler.CosineAnnealingLR", "torch.optim.lr_scheduler.LambdaLR"),
            {},
            "f:14:15: class_path cannot be computed before training: the rate depends on a Python function, lr_lambda, "
            "got 'torch.optim.lr_scheduler.LambdaLR'",
            id="pl-function",
        ),
        pytest.param(
            changed("lightning", "torch.optim.lr_scheduler.CosineAnnealingLR", "lightning.cli.ReduceLROnPlateau"),
            {},
            "f:14:15: class_path cannot be computed before training: the rate depends on the metric that the training "
            "loop passes to step(), got 'lightning.cli.ReduceLROnPlateau'",
            id="pl-plateau",
        ),
        pytest.param(
            changed("lightning", "last_epoch: -1", "last_epoch: 3"),
            {},
            "f:15:54: must be -1, or omitted, got '3'",
            id="pl-resumed",
        ),
        pytest.param(
            changed("lightning", "max_epochs: 30", "max_epochs: null"),
            {},
            "f:5:15: max_epochs or max_steps must be given; pass --epochs",
            id="pl-no-length",
        ),
        pytest.param(
            changed("lightning", "max_epochs: 30", "max_epochs: -1").replace("max_steps: -1", "max_steps: 100"),
            {},
            "f:6:14: number of epochs unknown: the run has 100 steps but the scheduler is stepped once per "
            "epoch; pass --steps-per-epoch or --epochs",
            id="pl-steps",
        ),
        pytest.param(
            "trainer: {max_epochs: 3}\nseed_everything: 0",
            {},
            "f:1:1: lr_scheduler must be given: schedulers created in code cannot be read",
            id="pl-no-scheduler",
        ),
    ],
)  # fmt: skip
def test_one_problem_at_its_place(text: str, flags: dict[str, str], expected: str) -> None:
    assert problems(text, flags) == [expected]


@pytest.mark.parametrize("kind", sorted(FIRST))
def test_every_prefix_is_read_or_refused(kind: str) -> None:
    sample = FIRST[kind]
    for at in range(0, len(sample.text), 6):
        assert all(problem.startswith(("f:", "--")) for problem in problems(sample.text[:at], sample.flags))


HOSTILE = (
    "1e999",
    "-1",
    "0",
    "nan",
    "[]",
    "{}",
    '"x"',
    "1e200",
    "9007199254740992",
    "1e-300",
    "[[1]]",
    '"\\u001b[31m"',
)


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("sample", [FIRST[kind] for kind in sorted(FIRST)] + [TIMM_SAMPLES[2]], ids=lambda one: one.id)
def test_any_value_is_read_or_refused(sample: Sample, value: str) -> None:
    for line in (line for line in sample.text.splitlines() if ": " in line):
        key, _, old = line.rpartition(": ")
        end = "," if old.endswith(",") else ""
        text = sample.text.replace(line, f"{key}: {value}{end}", 1)
        assert all("\x1b" not in problem and ":" in problem for problem in problems(text, sample.flags))


@pytest.mark.parametrize(
    "dumped",
    ["warmup_steps: 3\nwarmup_ratio: 0.0", "warmup_steps: 3\nwarmup_ratio: null", "warmup_ratio: 0.3\nwarmup_steps: 0"],
)
def test_a_warmup_that_is_a_default_does_not_count(dumped: str) -> None:
    (curve,) = planned_of(f"learning_rate: 0.1\nmax_steps: 10\nlr_scheduler_type: linear\n{dumped}").curves
    assert curve.schedule([0, 3, 10]).tolist() == pytest.approx([0, 0.1, 0])


def test_no_key_of_training_arguments_is_refused() -> None:
    arguments = pytest.importorskip("transformers").TrainingArguments
    names = {field.name for field in fields(arguments)} - {"lr_scheduler_type", "lr_scheduler_kwargs", "deepspeed"}
    dumped = "\n".join(f"{name}: null" if name.startswith("warmup") else f"{name}: 10" for name in sorted(names))
    assert problems(f"{dumped}\nlr_scheduler_type: cosine") == []


def test_remarks_on_what_was_read_and_ignored() -> None:
    plan = planned_of("learning_rate: 0.1\nmax_steps: 10\nwarmup_steps: 3\nlr_scheduler_type: constant")
    assert plan.remarks == (
        "f: read as Hugging Face TrainingArguments: transformers.get_constant_schedule, 10 steps",
        "f: ignored: warmup (the constant schedule does not have one)",
    )


def test_the_warmup_that_torchtitan_is_read_with_is_that_of_the_file() -> None:
    text = "training: {steps: 100}\noptimizer: {lr: 0.1}\nlr_scheduler: {warmup_steps: 10, decay_type: linear}"
    plan = planned_of(text)
    assert plan.curves[0].schedule([8, 9]).tolist() == pytest.approx([0.09, 0.1])
    assert plan.remarks[0].endswith(", 100 steps, warmup 10")


def test_a_remark_on_schedulers_that_paddledetection_does_not_use() -> None:
    schedulers = "!CosineDecay {use_warmup: false, max_epochs: 10}, !LinearWarmup {steps: 9}"
    text = f"epoch: 10\nLearningRate: {{base_lr: 0.1, schedulers: [{schedulers}]}}"
    plan = planned_of(text, {"steps_per_epoch": "10"})
    assert plan.remarks[1:] == ("f: ignored: schedulers after the first one (the program does not use them)",)


def test_a_remark_on_two_ends_of_the_decay() -> None:
    """The iterations override the fraction in ``get_learning_rate_scheduler`` of gpt-neox, not in its documentation."""
    config = "optimizer: {params: {lr: 0.1}}\ntrain_iters: 100\nwarmup: 0\nlr_decay_iters: 50\nlr_decay_fraction: 0.2"
    plan = planned_of(config)
    assert plan.remarks[-1] == "f: ignored: lr_decay_fraction (lr_decay_iters overrides it)"
    assert plan.curves[0].schedule([25, 50]).tolist() == pytest.approx([0.05, 0])


NANOTRON_MUP = """\
optimizer: {learning_rate_scheduler: {learning_rate: 0.1, lr_warmup_style: linear, lr_warmup_steps: 2}}
tokens: {train_steps: 10}
model: {init_method: {use_mup: true}}
"""
LLM_FOUNDRY = """\
scheduler: {name: constant_with_warmup, t_warmup: 10ba}
optimizer: {lr: 0.1, param_groups: [{param_str_match: norm, lr: 0.01}]}
max_duration: 100ba
"""
FAIRSEQ = """\
optimization: {lr: 0.1, max_update: 5000, max_epoch: 10}
lr_scheduler: {_name: polynomial_decay, total_num_update: 5000}
"""
DIFFUSERS = "lr_scheduler: linear\nlr_warmup_steps: 0\nlearning_rate: 0.1\nmax_train_steps: 50"
AXOLOTL = "base_model: m\nsequence_len: 8\nadapter: lora\nlearning_rate: 0.1\nmax_steps: 50"


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (NANOTRON_MUP, "use_mup (the rates of linear layers are multiplied by fan_out / fan_in)"),
        (
            "optimizer: {type: Adam, params: {lr: 0.1}}\nlr_decay_style: cosine\ntrain_iters: 10\nuse_mup: true",
            "use_mup (the rates of wide layers are lower)",
        ),
        ("--lr 0.1 --lr-decay-style cosine --train-iters 10 --use-mup", "use_mup (the rates of wide layers are lower)"),
    ],
    ids=["nanotron", "gpt-neox", "megatron"],
)
def test_remarks_on_rates_that_depend_on_the_width(text: str, note: str) -> None:
    assert planned_of(text).remarks[-1] == f"f: ignored: {note}"


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (LLM_FOUNDRY, "param_groups (other parameters may have other rates)"),
        (FAIRSEQ, "max_epoch (the run may end before max_update; --steps-per-epoch is not given)"),
    ],
)
def test_remarks_on_what_is_not_in_the_curve(text: str, note: str) -> None:
    assert planned_of(text).remarks[1:] == (f"f: ignored: {note}",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "lr: 0.1\naux_loss: true\nlr_warmup_method: linear\nlr_power: 0.5",
            "f: ignored: lr_power (not an argument of the script)",
        ),
        (
            "VERSION: 2\nSOLVER: {LR_MULTIPLIER: 10, BIAS_LR_FACTOR: 2}",
            "f: ignored: BIAS_LR_FACTOR and LR_MULTIPLIER (for other parameters)",
        ),
    ],
)
def test_other_rates_are_not_dropped_silently(text: str, expected: str) -> None:
    assert planned_of(text).remarks[-1] == expected


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (f"{AXOLOTL}\nlr_div_factor: 10", "lr_div_factor (axolotl does not use it)"),
        (f"{DIFFUSERS}\nlr_num_cycles: 3\nlr_power: 1", "lr_num_cycles (not used by linear)"),
    ],
)
def test_remark_on_an_argument_without_effect(text: str, note: str) -> None:
    _, remark = planned_of(text).remarks
    assert remark == f"f: ignored: {note}"


@pytest.mark.parametrize(
    ("kind", "note"),
    [
        ("WarmupDecayLR", "the peak is 0.001, the default of warmup_max_lr, not the rate of the optimizer"),
        (
            "WarmupLR",
            "the peak is the rate of the optimizer; before DeepSpeed 0.17 warmup_max_lr is 0.001 by default",
        ),
    ],
)
def test_remarks_on_a_peak_that_deepspeed_chooses(kind: str, note: str) -> None:
    params = {"total_num_steps": 50} if kind == "WarmupDecayLR" else {}
    config = {
        "optimizer": {"type": "Adam", "params": {"lr": 2e-5}},
        "scheduler": {"type": kind, "params": {"warmup_num_steps": 5, "warmup_type": "linear", **params}},
    }
    plan = planned_of(json.dumps(config), {"steps": "50"})
    assert plan.remarks[1] == f"f: {note}"
    assert plan.lr == (1e-3 if kind == "WarmupDecayLR" else 2e-5)


WARMUP = "warmup_epochs=5, warmup_lr=1e-05"


@pytest.mark.parametrize(
    ("written", "name", "defaults"),
    [
        ("sched: cosine", "CosineLRScheduler", f"{WARMUP}, min_lr=0"),
        ("sched: cosine\nlr_cycle_limit: 2", "CosineLRScheduler", f"{WARMUP}, min_lr=0, lr_cycle_decay=0.1"),
        ("sched: tanh\nwarmup_epochs: 0", "TanhLRScheduler", "min_lr=0"),
        ("sched: poly\nwarmup_lr: 0\nmin_lr: 0", "PolyLRScheduler", "warmup_epochs=5, decay_rate=0.1"),
        ("sched: step", "StepLRScheduler", f"decay_epochs=30, {WARMUP}, decay_rate=0.1"),
        ("sched: step\ndecay_epochs: null", "StepLRScheduler", f"decay_epochs=90, {WARMUP}, decay_rate=0.1"),
        ("sched: multistep\ndecay_milestones: [3]", "MultiStepLRScheduler", f"{WARMUP}, decay_rate=0.1"),
        (
            "sched: wsd\ndecay_epochs: null",
            "WSDLRScheduler",
            f"lr_decay_fn=1-sqrt, decay_epochs=0.2, {WARMUP}, min_lr=0",
        ),
        ("sched: constant", "StepLRScheduler", WARMUP),
    ],
)
def test_remarks_on_defaults(written: str, name: str, defaults: str) -> None:
    """The defaults are those of ``scheduler_kwargs`` and ``create_scheduler_v2`` of timm."""
    text = f"{written}\nlr: 0.1\nepochs: 40"
    plan = planned_of(text)
    (remark,) = plan.remarks
    assert remark.startswith(f"f: read as timm args.yaml: timm.{name}, ")
    assert remark.endswith(f"; defaults of the program: {defaults}")
    text = text.replace("decay_epochs: null\n", "") + "".join(
        f"\n{one.replace('=', ': ')}" for one in defaults.split(", ")
    )
    filled = planned_of(text)
    assert "defaults" not in filled.remarks[0]
    times = range(plan.clock.total)
    assert filled.curves[0].schedule(times).tolist() == plan.curves[0].schedule(times).tolist()


def test_no_remark_on_defaults_without_effect() -> None:
    (remark,) = planned_of("sched: none\nlr: 0.1\nepochs: 10").remarks
    assert remark == "f: read as timm args.yaml: constant, 10 epochs"
