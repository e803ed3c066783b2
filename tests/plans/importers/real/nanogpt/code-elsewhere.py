import time

out_dir = 'out-openwebtext'
eval_interval = 5
wandb_log = True
wandb_run_name = 'gpu-ft-openwebtext-' + str(time.time())
dataset = 'openwebtext'
init_from = 'gpt2'
batch_size = 16
gradient_accumulation_steps = 4
max_iters = 400
learning_rate = 3e-4
min_lr = 1e-5
decay_lr = True
warmup_iters = 20
lr_decay_iters = max_iters
