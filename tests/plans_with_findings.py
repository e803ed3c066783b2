"""For each rule, command lines that it reports, with a part of the message, and near misses that it does not."""

from __future__ import annotations

from typing import NamedTuple


class Case(NamedTuple):
    """A command line, and a part of the message; empty for a near miss."""

    words: str
    message: str = ""


TRIPS: dict[str, tuple[Case, ...]] = {
    "LR001": (
        Case(
            "transformers.get_cosine_schedule_with_warmup:num_warmup_steps=500,num_training_steps=400 --steps 400",
            "the run of 400 steps ends inside the warmup of 500 steps: the last update uses 0.0798, not the peak 0.1",
        ),
        Case(
            "transformers.get_linear_schedule_with_warmup:num_warmup_steps=40,num_training_steps=40 --steps 40",
            "ends inside the warmup of 40 steps",
        ),
        Case("torch.OneCycleLR:max_lr=0.1,total_steps=900 --steps 200", "ends while the rate still rises"),
        Case("torch.CyclicLR:base_lr=0.01,max_lr=0.1,step_size_up=500 --steps 300", "not the peak 0.1"),
    ),
    "LR002": (
        Case("cosine --steps 100 --warmup 10", "the first update uses the rate 0 and changes no weight"),
        Case(
            "cosine --epochs 10 --steps-per-epoch 50 --warmup 2 --update epoch",
            "the first 50 updates use the rate 0 and change no weight",
        ),
    ),
    "LR003": (
        Case(
            "torch.CosineAnnealingLR:T_max=200 --epochs 100",
            "the decay lasts until epoch 200 and the run only 100 epochs: the rate ends at 0.05, not at 0",
        ),
        Case("linear:total=101 --steps 100", "the rate ends at 9.901e-4, not at 0"),
        Case("optax.cosine_decay_schedule:init_value=0.1,decay_steps=900 --steps 600", "not at 0"),
        Case("torch.OneCycleLR:max_lr=0.1,total_steps=120 --steps 100", "until step 119"),
    ),
    "LR004": (
        Case(
            "torch.CosineAnnealingLR:T_max=90 --epochs 120",
            "lowest at epoch 90 and rises again to 0.0235 by the end of 120 epochs (T_max is 90)",
        ),
        Case("torch.CosineAnnealingLR:T_max=25 --epochs 1000", "rises again and again"),
        Case(
            "transformers.get_cosine_schedule_with_warmup:num_warmup_steps=0,num_training_steps=50 --steps 75",
            "num_training_steps is 50",
        ),
        Case(
            "transformers.get_cosine_schedule_with_warmup:num_warmup_steps=0,num_training_steps=0 --steps 100",
            "lowest at step 1 and rises again and again",
        ),
    ),
    "LR005": (
        Case(
            "optax.cosine_decay_schedule:init_value=0.1,decay_steps=100 --steps 1000",
            "the rate is 0 from step 100 on: the last 90% of 1000 steps hardly train",
        ),
        Case("linear:total=60,min_lr=1e-4 --steps 100", "from step 60 on"),
        Case("timm.CosineLRScheduler:t_initial=50 --epochs 100 --steps-per-epoch 10", "hardly train"),
        Case(
            "transformers.get_linear_schedule_with_warmup:num_warmup_steps=0,num_training_steps=0 --steps 100",
            "the rate is 0 in the whole run of 100 steps",
        ),
    ),
    "LR006": (
        Case(
            "torch.CosineAnnealingLR:T_max=100,eta_min=0.1 --lr 0.01",
            "eta_min 0.1 is above the rate 0.01 that should decay to it: the rate rises from 0.01 to it",
        ),
        Case("cosine --lr 0.1 --min-lr 0.1", "the rate is constant"),
    ),
    "LR007": (
        Case(
            "keras.CosineDecay:initial_learning_rate=0.1,decay_steps=90 --epochs 90 --steps-per-epoch 391",
            "decay_steps is 90, the number of epochs, but the scheduler is called in each of the 35.19k updates",
        ),
        Case("torch.CosineAnnealingLR:T_max=30 --steps 3000 --steps-per-epoch 100", "T_max is 30"),
    ),
    "LR008": (
        Case(
            "torch.CosineAnnealingLR:T_max=3910 --epochs 10 --steps-per-epoch 391",
            "T_max is 3910, but the scheduler is called once per epoch, 10 times: it covers only 0.26% of its schedule",
        ),
        Case("torch.OneCycleLR:max_lr=0.1,total_steps=92160 --epochs 360", "360 times"),
    ),
    "LR009": (
        Case("torch.OneCycleLR:max_lr=0.1,total_steps=60 --steps 100", "the run stops at update 61 of 100: "),
        Case("torch.OneCycleLR:max_lr=0.1,total_steps=99 --steps 100", "the run stops at update 100 of 100: "),
        Case("torch.OneCycleLR:max_lr=0.1,total_steps=99 --epochs 100 --steps-per-epoch 9", "at update 900 of 900: "),
        Case(
            "transformers.get_polynomial_decay_schedule_with_warmup:num_warmup_steps=10,num_training_steps=10 "
            "--steps 100",
            "the run stops at update 10 of 100: ",
        ),
    ),
    "LR010": (
        Case(
            "multistep:milestones=30/60/90 --epochs 50",
            "milestones 60 and 90 are after the last update of 50 epochs; 1 of 3 take effect, and the run ends at the "
            "rate 0.01",
        ),
        Case("torch.MultiStepLR:milestones=20000/40000 --epochs 100", "no other milestone is left"),
        Case("multistep:milestones=199 --epochs 100", "milestones 199 is after the last update of 100 epochs"),
    ),
    "LR011": (
        Case(
            "multistep:milestones=5/60 --epochs 100 --warmup 10",
            "milestones 5 is inside the warmup of 10 epochs, after which the rate is only 0.01",
        ),
    ),
    "LR012": (
        Case(
            "torch.MultiStepLR:milestones=2.5/80 --epochs 100",
            "milestones 2.5 is not a whole number of calls, so that the drop is skipped",
        ),
    ),
    "LR013": (
        Case(
            "timm.CosineLRScheduler:t_initial=100,warmup_t=30 --epochs 100",
            "the rate jumps down at the end of the warmup, epoch 30: from 0.1 to 0.07939",
        ),
    ),
    "LR014": (
        Case(
            "step:step_size=60 --epochs 50",
            "the first drop comes after 60 epochs, and the run has 50 epochs: the rate never drops",
        ),
        Case("torch.StepLR:step_size=200 --epochs 200", "after 200 calls"),
    ),
    "LR015": (
        Case(
            "torch.CyclicLR:base_lr=0.01,max_lr=0.1,step_size_up=10 --steps 110",
            "the run of 110 steps has 5.5 cycles: it ends at the rate 0.091, far above 0.01",
        ),
    ),
    "LR016": (
        Case(
            "torch.CosineAnnealingWarmRestarts:T_0=10,T_mult=2 --epochs 100",
            "the run ends at epoch 100, 38% into the cycle from epoch 70 to epoch 150, at the rate 0.07093",
        ),
        Case("sgdr:cycle=30,cycle_mult=1 --epochs 100 --warmup 5", "17% into the cycle from epoch 95 to epoch 125"),
        Case("keras.CosineDecayRestarts:initial_learning_rate=0.1,first_decay_steps=900 --steps 500", "from step 0 to"),
    ),
    "LR017": (Case("cosine constant --steps 100", "the sum of the rates of constant is 1.98 times that of cosine"),),
    "LR018": (
        Case(
            "transformers.get_linear_schedule_with_warmup:num_warmup_steps=0.05,num_training_steps=400 --steps 400",
            "num_warmup_steps is 0.05 of a step, which is no warmup; 5% of 400 steps are 20 steps",
        ),
    ),
    "LR019": (
        Case(
            "transformers.get_cosine_schedule_with_warmup:num_warmup_steps=500,num_training_steps=750 --steps 750",
            "the warmup of 500 steps takes 66.7% of the run of 750 steps: the peak 0.1 comes at step 500",
        ),
        Case("cosine --epochs 100 --steps-per-epoch 10 --warmup 60", "of 60 epochs takes 60%"),
        Case("noam:warmup=4000 --steps 6000", "of 4000 steps takes 66.7%"),
        Case("timm.CosineLRScheduler:t_initial=100,warmup_t=51,warmup_prefix=true --epochs 100", "of 51 epochs"),
    ),
}

NEAR_MISSES: dict[str, tuple[Case, ...]] = {
    "LR001": (
        Case("transformers.get_cosine_schedule_with_warmup:num_warmup_steps=399,num_training_steps=400 --steps 400"),
        Case("torch.LinearLR:total_iters=100 --steps 100"),  # a range test of the rate ends at its highest
        Case("torch.CosineAnnealingLR:T_max=100,eta_min=1 --steps 100"),
        Case("constant --steps 10"),
    ),
    "LR002": (
        Case("cosine --epochs 10 --warmup 2"),  # the steps of an epoch are not known
        Case("cosine --steps 100"),
        Case("cosine:warmup=10,warmup_from=first --steps 100"),
    ),
    "LR003": (
        Case("torch.CosineAnnealingLR:T_max=101 --epochs 100"),
        Case("torch.CosineAnnealingLR:T_max=100 --epochs 100"),
        Case("linear:total=1001 --steps 1000"),
        Case("torch.OneCycleLR:max_lr=0.1,total_steps=100 --steps 100"),
        Case("exponential --steps 100"),
    ),
    "LR004": (
        Case("torch.CosineAnnealingLR:T_max=100 --epochs 101"),
        Case("torch.CosineAnnealingLR:T_max=30 --steps 3000 --steps-per-epoch 100"),  # LR007 reports it
        Case("torch.CosineAnnealingWarmRestarts:T_0=10 --epochs 100"),
        Case("cosine:total=50 --epochs 100"),
        Case(
            "transformers.get_cosine_schedule_with_warmup:num_warmup_steps=0,num_training_steps=75,num_cycles=1.5 "
            "--steps 75"
        ),
    ),
    "LR005": (
        Case("linear:total=80,min_lr=1e-4 --steps 100"),
        Case("linear:total=60,min_lr=1e-3 --steps 100"),
        Case("step:step_size=20 --steps 100"),
        Case("constant --steps 100"),
    ),
    "LR006": (Case("torch.CosineAnnealingLR:T_max=100,eta_min=0.009 --lr 0.01"), Case("cosine --lr 0.1")),
    "LR007": (
        Case("torch.CosineAnnealingLR:T_max=90 --epochs 90 --steps-per-epoch 391"),
        Case("keras.CosineDecay:initial_learning_rate=0.1,decay_steps=35190 --epochs 90 --steps-per-epoch 391"),
    ),
    "LR008": (
        Case("torch.CosineAnnealingLR:T_max=50 --epochs 10 --steps-per-epoch 391"),
        Case("torch.CosineAnnealingLR:T_max=3910 --steps 3910"),
    ),
    "LR009": (
        Case("torch.OneCycleLR:max_lr=0.1,total_steps=100 --steps 100"),
        Case("torch.OneCycleLR:max_lr=0.1,total_steps=100 --epochs 100 --steps-per-epoch 9"),
        Case("torch.CosineAnnealingLR:T_max=100 --steps 100"),
    ),
    "LR010": (
        Case("multistep:milestones=30/60/99 --epochs 100"),
        Case("multistep:milestones=30/60/90 --epochs 90"),
        Case("multistep:milestones=200 --epochs 100"),
        Case("piecewise_constant --epochs 100"),
    ),
    "LR011": (Case("multistep:milestones=11/60 --epochs 100 --warmup 10"),),
    "LR012": (
        Case("torch.MultiStepLR:milestones=25/80 --epochs 100"),
        Case("multistep:milestones=2.5/80 --epochs 100"),
    ),
    "LR013": (
        Case("timm.CosineLRScheduler:t_initial=300,warmup_t=5 --epochs 300"),
        Case("timm.CosineLRScheduler:t_initial=100,warmup_t=30,warmup_prefix=true --epochs 100"),
        Case("cosine:warmup=10,warmup_shape=constant,warmup_start=0.01 --epochs 100"),
        Case("cosine:warmup=3,warmup_shape=exponential,warmup_start=1e-6 --steps 100"),
        Case("cosine --epochs 100 --steps-per-epoch 9 --warmup 3 --update epoch"),
    ),
    "LR014": (
        Case("step:step_size=40 --epochs 50"),
        Case("torch.StepLR:step_size=199 --epochs 200"),
        Case("keras.ExponentialDecay:initial_learning_rate=0.1,decay_steps=100,decay_rate=0.5 --steps 50"),
    ),
    "LR015": (
        Case("torch.CyclicLR:base_lr=0.01,max_lr=0.1,step_size_up=10 --steps 120"),
        Case("cyclic --steps 1000"),
    ),
    "LR016": (
        Case("torch.CosineAnnealingWarmRestarts:T_0=10,T_mult=2 --epochs 70"),
        Case("torch.CosineAnnealingWarmRestarts:T_0=10 --epochs 100 --steps-per-epoch 7"),
        Case("sgdr --steps 1001"),
        Case("sgdr:cycle=10,cycle_mult=1,cycles=2 --epochs 25"),
    ),
    "LR017": (
        Case("cosine linear --steps 100"),
        Case("cosine:lr=0.1 constant:lr=0.05 --steps 100"),
        Case("cosine cosine:min_lr=0.09 --steps 100"),
    ),
    "LR018": (
        Case("transformers.get_linear_schedule_with_warmup:num_warmup_steps=1,num_training_steps=400 --steps 400"),
        Case("transformers.get_linear_schedule_with_warmup:num_warmup_steps=0,num_training_steps=400 --steps 400"),
        Case("cosine --epochs 100 --steps-per-epoch 391 --warmup 0.5"),
    ),
    "LR019": (
        Case("transformers.get_cosine_schedule_with_warmup:num_warmup_steps=500,num_training_steps=1000 --steps 1000"),
        Case("transformers.get_cosine_schedule_with_warmup:num_warmup_steps=500,num_training_steps=400 --steps 400"),
        Case("cyclic:rise=90,fall=10 --steps 100"),  # schedules whose rise is their design
        Case("torch.CyclicLR:base_lr=0.01,max_lr=0.1,step_size_up=80,step_size_down=20 --steps 100"),
        Case("torch.OneCycleLR:max_lr=0.1,total_steps=100,pct_start=0.7 --steps 100"),
        Case("onecycle:pct_start=0.7 --steps 100"),
        Case("optax.cosine_onecycle_schedule:transition_steps=100,peak_value=0.1,pct_start=0.7 --steps 100"),
        Case("optax.linear_schedule:init_value=0.01,end_value=0.1,transition_steps=80 --steps 100"),
        Case("torch.LinearLR:total_iters=80 --epochs 100"),
        Case("slanted_triangular:warmup=60 --steps 100"),
        Case("piecewise_interpolated:times=0/60/100,values=0/0.1/0 --steps 100"),
        Case("wsd --steps 100"),
    ),
}
