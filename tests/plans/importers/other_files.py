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
    "axolotl": "base_model: x\nmicro_batch_size: 2\nlearning_rate: 2e-5\nlr_scheduler: cosine\nnum_epochs: 3",
    "axolotl-without-scheduler": "base_model: x\nlearning_rate: 2e-5\nmax_steps: 10\noutput_dir: y\nwarmup_steps: 10",
    "diffusers": "learning_rate: 1e-4\nlr_scheduler: constant\nlr_warmup_steps: 5\nmax_train_steps: 15",
    "llamafactory-v1": "model: x\ntrain_dataset: y\nlearning_rate: 1e-4\nmax_steps: 10\noutput_dir: z\nbf16: true",
    "ms-swift": "train_type: lora\nlearning_rate: 1e-4\nnum_train_epochs: 3\noutput_dir: y\noptim: x",
    "type-and-params": "optimizer: {type: Adam, params: {lr: 1e-3}}\nscheduler: {type: StepLR, params: {gamma: 1}}",
    "gpt-neox": (
        "train_iters: 10\nlr_decay_style: cosine\nsteps_per_print: 10\ntrain_micro_batch_size_per_gpu: 4\n"
        "zero_optimization: {stage: 1}\noptimizer: {type: Adam, params: {lr: 6e-4}}\nwarmup: 0.01"
    ),
    "nemo": "trainer: {max_steps: 10}\nmodel: {optim: {name: adamw, lr: 5e-6, sched: {name: CosineAnnealing}}}",
    "hydra": "trainer: {max_epochs: 3}\nmodel: {scheduler: {_target_: x.MyLR}, optimizer: {_target_: x.Adam, lr: 0.1}}",
    "accelerate": "compute_environment: LOCAL_MACHINE\ndistributed_type: X\ndeepspeed_config: {zero_stage: 2}",
    "own-program": "data: {path: x}\ntrain: {lr: 1e-4, epochs: 100, warmup: 5, scheduler: cosine}\nmodel: {dim: 64}",
    "own-program-flat": "learning_rate: 0.001\nbatch_size: 32\nepochs: 100\nscheduler: cosine\nwarmup_epochs: 5",
    "own-program-with-length": "learning_rate: 0.001\nmax_steps: 1000\nbatch_size: 32\nseed: 42",
    "hparams": '{"epochs": 500, "iters_per_checkpoint": 1000, "learning_rate": 0.001, "weight_decay": 1e-6}',
    "keras-model": '{"class_name": "Sequential", "config": {"name": "x", "layers": [{"class_name": "Dense"}]}}',
    "logging": "version: 1\nhandlers: {console: {class: logging.StreamHandler}}\nroot: {level: INFO}",
    "paddleclas": "Global: {epochs: 9}\nOptimizer: {name: X, lr: {name: Cosine, learning_rate: 0.1, warmup_epoch: 5}}",
    "paddleseg": "iters: 100\noptimizer: {type: X}\nlr_scheduler: {type: PolynomialDecay, learning_rate: 0.1}",
    "lavis-for-evaluation": "model: {arch: x}\ndatasets: {y: {}}\nrun: {task: z, evaluate: true, max_len: 30}",
    "openmmlab-without-schedule": "optimizer: {type: SGD, lr: 0.02}\nrunner: {max_epochs: 12}",
    "sched-of-others": "sched: {policy: fifo}\nepochs: 3",
}
"""The text of each file by a name; keys and numbers as in real files, other values replaced."""
