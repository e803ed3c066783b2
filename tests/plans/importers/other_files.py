"""Files that no importer may read: other kinds of files, and configs of programs with keys of the supported ones."""

from __future__ import annotations

OTHER_FILES = {
    "compose": "services: {db: {image: x, ports: [8080], environment: {LR: 0.1}}}\nvolumes: {data: {}}",
    "package": '{"name": "x", "version": "1.0.0", "scripts": {"test": "y"}, "dependencies": {"z": "^1.0"}}',
    "workflow": "name: x\non: [push]\njobs: {test: {runs-on: y, steps: [{uses: z}], timeout-minutes: 30}}",
    "action": "name: x\ndescription: y\nruns: {using: composite, steps: [{run: z, shell: bash}]}",
    "tsconfig": '{"compilerOptions": {"target": "es5", "strict": true}, "exclude": ["x"]}',
    "openapi": "openapi: 3.0.0\ninfo: {title: x, version: 1}\npaths: {/a: {get: {responses: {200: {description: y}}}}}",
    "kubernetes": "apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {ports: [{port: 80}], type: NodePort}",
    "list-of-types": "- {type: bind, source: x}\n- {type: volume, source: y}",
    "ansible": "- name: x\n  hosts: all\n  tasks: [{name: y, command: z, register: r}]",
    "model": '{"architectures": ["X"], "hidden_size": 768, "model_type": "x", "vocab_size": 9}',
    "tokenizer": '{"model_max_length": 512, "tokenizer_class": "X", "pad_token": "y"}',
    "inference": "trainer: {devices: 1, precision: bf16}\nmodel: {name: x}\nbatch_size: 8",
    "metrics": '{"lm loss": {"start_step": 0, "end_step": 100, "step_interval": 5, "values": [10.8, 10.7]}}',
    "dataset": "TrainReader: {batch_size: 2, sample_transforms: [{Decode: {}}], shuffle: true}",
    "sweep": "program: train.py\nmethod: bayes\nparameters: {lr: {min: 0.1, max: 1}, epochs: {value: 3}}",
    "wandb-of-own-program": "_wandb: {value: {cli_version: 0.19}}\nlr: {value: 0.1}\nscheduler: {value: cosine}",
    "merged-models": "base_model: x\nmodels: [{model: y}]\nmerge_method: ties\nadapter: z\ndatasets: []",
    "base-model-only": "base_model: x\nlearning_rate: 2e-5\nmax_steps: 10\noutput_dir: y\nwarmup_steps: 10",
    "own-program-with-micro-batches": "micro_batch_size: 2\nlr_scheduler: cosine\nlearning_rate: 1e-4\nlora_r: 8",
    "diffusers": "learning_rate: 1e-4\nlr_scheduler: constant\nlr_warmup_steps: 5\nmax_train_steps: 15",
    "simpletuner": (
        "model_family: flux\ndata_backend_config: x.json\nlr_scheduler: polynomial\nlr_warmup_steps: 100\n"
        "max_train_steps: 10000\nlearning_rate: 1e-4\ntrain_batch_size: 1"
    ),
    "animatediff": (
        "pretrained_model_path: x\nimage_finetune: false\nmax_train_steps: 100\nlr_scheduler: cosine\n"
        "lr_warmup_steps: 10\nlearning_rate: 1e-4\ntrain_batch_size: 4\ngradient_accumulation_steps: 4"
    ),
    "open-instruct": (
        "model_name_or_path: x\ndataset_mixer: {y: 1.0}\nlr_scheduler_type: linear\nwarmup_ratio: 0.03\n"
        "learning_rate: 5e-6\nnum_train_epochs: 2\noutput_dir: z\nwith_tracking: true\ncheckpointing_steps: epoch"
    ),
    "hparams-of-lightning": "learning_rate: 1e-4\nlr_scheduler_type: cosine\nwarmup_steps: 100\nmax_epochs: 10",
    "llamafactory-v1": "model: x\ntrain_dataset: y\nlearning_rate: 1e-4\nmax_steps: 10\noutput_dir: z\nbf16: true",
    "own-program-with-train-type": "train_type: lora\nlearning_rate: 1e-4\nlora_r: 8\nepochs: 3",
    "own-program-with-iters": "model: x\niters: 600\nlearning_rate: 1e-4\nbatch_size: 4\nlr_schedule: cosine",
    "type-and-params": "optimizer: {type: Adam, params: {lr: 1e-3}}\nscheduler: {type: StepLR, params: {gamma: 1}}",
    "gpt-neox local setup": "data-path: x\nvocab-file: y\nlog-interval: 10\nuse_wandb: True\nmaster_port: 6000",
    "keys of Megatron-LM": "lr: 0.1\nmin_lr: 0\ntrain_iters: 10\nglobal_batch_size: 4\nnum_layers: 2",
    "keys of NeMo": "trainer: {max_steps: 10}\nexp_manager: {name: x}\nmodel: {optim: {name: adamw, lr: 5e-6}}",
    "hydra": "trainer: {max_epochs: 3}\nmodel: {scheduler: {_target_: x.MyLR}, optimizer: {_target_: x.Adam, lr: 0.1}}",
    "kohya dataset": "general: {keep_tokens: 2}\ndatasets: [{resolution: 512, subsets: [{image_dir: x}]}]",
    "kohya interface": '{"LoRA_type": "x", "lr_scheduler": "cosine", "lr_warmup": 10, "unet_lr": 1e-4, "epoch": 3}',
    "some keys of kohya": "learning_rate: 0.1\nlr_scheduler: x\nmax_train_epochs: 10\nlr_scheduler_args: {T_max: 3}",
    "some keys of torchtitan": "optimizer: {lr: 0.1}\nlr_scheduler: {type: x, warmup_steps: 1}\ntraining: {steps: 9}",
    "some keys of nanoGPT": "learning_rate: 0.1\nmax_iters: 100\nwarmup_iters: 10\nmin_lr: 0.01\neval_interval: 10",
    "olmo-like": "optimizer: {name: adamw, learning_rate: 1e-4}\nscheduler: {name: cosine, t_warmup: 100}",
    "llm-foundry-like": "optimizer: {name: adamw, lr: 1e-4}\nscheduler: {name: cosine_with_warmup, warmup_steps: 100}",
    "fairseq-like": "task: {name: x}\noptimization: {lr: 0.1, max_update: 100}\nlr_scheduler: {name: cosine}",
    "levanter-like": "trainer: {num_train_steps: 100}\noptimizer: {learning_rate: 1e-3, warmup: 10}\nmodel: {type: x}",
    "paddlespeech": (
        "optim: adam\noptim_conf: {lr: 0.002}\nscheduler: warmuplr\nscheduler_conf: {warmup_steps: 25, lr_decay: 1.0}\n"
        "n_epoch: 240\naccum_grad: 8\nencoder_conf: {output_size: 256}"
    ),
    "espnet-like": "optim: adam\noptim_conf: {lr: 0.002}\nscheduler: cosine\nepochs: 10",
    "u-sam": "encoder_conf: {encoder_strategy: lora}\noptim_args: {lr: 5e-5, name: adamw_torch}\nwarmup_radio: 0.13",
    "accelerate": "compute_environment: LOCAL_MACHINE\ndistributed_type: X\ndeepspeed_config: {zero_stage: 2}",
    "own-program": "data: {path: x}\ntrain: {lr: 1e-4, epochs: 100, warmup: 5, scheduler: cosine}\nmodel: {dim: 64}",
    "own-program-flat": "learning_rate: 0.001\nbatch_size: 32\nepochs: 100\nscheduler: cosine\nwarmup_epochs: 5",
    "own-program-with-length": "learning_rate: 0.001\nmax_steps: 1000\nbatch_size: 32\nseed: 42",
    "hparams": '{"epochs": 500, "iters_per_checkpoint": 1000, "learning_rate": 0.001, "weight_decay": 1e-6}',
    "keras-model": '{"class_name": "Sequential", "config": {"name": "x", "layers": [{"class_name": "Dense"}]}}',
    "own-program-with-names-of-hf": (
        "num_epochs: 5\nmax_steps: 20\nbatch_size: 128\nlearning_rate: 1e-5\nlr_scheduler_type: cosine\noutput_dir: x"
    ),
    "own-program-with-names-of-ultralytics": "training: {lr0: 0.01, lrf: 0.1, warmup_epochs: 3}\nepochs: 9\ntask: x",
    "own-program-with-hyp": "hyp: {lr: 0.01, momentum: 0.9}\nepochs: 9\ndata: x",
    "logging": "version: 1\nhandlers: {console: {class: logging.StreamHandler}}\nroot: {level: INFO}",
    "maskrcnn-benchmark": (
        "MODEL: {WEIGHT: x, BACKBONE: {CONV_BODY: R-50-FPN}}\nDATASETS: {TRAIN: [x]}\n"
        "SOLVER: {BASE_LR: 0.01, WEIGHT_DECAY: 0.0001, STEPS: [120000, 160000], MAX_ITER: 180000}"
    ),
    "fast-reid": (
        "_BASE_: ../Base-bagtricks.yml\nMODEL: {HEADS: {NUM_CLASSES: 751}}\n"
        "SOLVER: {MAX_EPOCH: 60, BASE_LR: 0.00035, SCHED: CosineAnnealingLR, WARMUP_ITERS: 2000, ETA_MIN_LR: 7e-7}"
    ),
    "dinov2-model": "train: {dataset_path: x, batch_size_per_gpu: 64}\nstudent: {block_chunks: 4}",
    "dinov3": (
        "optim: {base_lr: 0.001, lr: 0, epochs: 100}\ntrain: {OFFICIAL_EPOCH_LENGTH: 1000}\n"
        "schedules: {lr: {start: 0, peak: 1e-3, end: 1e-6, warmup_epochs: 10}}"
    ),
    "timm-nested": (
        "training: {epochs: 2, optimizer: {opt: sgd},"
        " lr_scheduler: {sched: cosine, lr_base: 0.1, warmup_lr: 1e-5, warmup_epochs: 5, cooldown_epochs: 0}}"
    ),
    "own-train": "TRAIN: {LR: 0.01, BASE_LR: 0.1, EPOCHS: 90, BATCH_SIZE: 8, LR_POLICY: cosine}",
    "own-steplr": "model: resnet18\nlr_scheduler: steplr\nlr: 0.1\nepochs: 90\nstep_size: 30\ngamma: 0.1",
    "hydra-evaluation": (
        "model: {_target_: x.Forecast, module: {_target_: x.Module.from_pretrained}, patch_size: '???'}\n"
        "data: {_target_: x.get_eval_dataset}\nmetrics: [{_target_: y.MSE}]\nbatch_size: 512"
    ),
    "hydra-optimizer": "optimizer: {_target_: torch.optim.AdamW, lr: 1e-4}\nmodel: {_target_: x.Model}",
    "other-trainer": "dataset: {type: x}\ntrainer: {num_epochs: 3, optimizer: {type: adam, lr: 0.1}}\nmodel: {type: y}",
    "paddleclas": "Global: {epochs: 9}\nOptimizer: {name: X, lr: {name: Cosine, learning_rate: 0.1, warmup_epoch: 5}}",
    "paddleseg": "iters: 100\noptimizer: {type: X}\nlr_scheduler: {type: PolynomialDecay, learning_rate: 0.1}",
    "lavis-for-evaluation": "model: {arch: x}\ndatasets: {y: {}}\nrun: {task: z, evaluate: true, max_len: 30}",
    "openmmlab-without-schedule": "optimizer: {type: SGD, lr: 0.02}\nrunner: {max_epochs: 12}",
    "sched-of-others": "sched: {policy: fifo}\nepochs: 3",
    "hyperpyyaml-without-scheduler": "lr: 1\nopt_class: !name:torch.optim.Adam {lr: !ref <lr>}\nlin: !new:x.Linear {}",
    "easyrec": "train_config: {optimizer_config: {adam_optimizer: {learning_rate: {constant_learning_rate: {}}}}}",
}
"""The text of each file by a name; keys and numbers as in real files, other values replaced."""
