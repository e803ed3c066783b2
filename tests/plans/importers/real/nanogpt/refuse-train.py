import os
eval_interval = 2000
eval_iters = 200
always_save_checkpoint = True
gradient_accumulation_steps = 5 * 8
block_size = 1024
learning_rate = 6e-4
max_iters = 600000
decay_lr = True
warmup_iters = 2000
lr_decay_iters = 600000
min_lr = 6e-5
config_keys = [k for k, v in globals().items() if not k.startswith('_') and isinstance(v, (int, float, bool, str))]
exec(open('configurator.py').read())
iter_num = 0
while True:
    lr = get_lr(iter_num) if decay_lr else learning_rate
    iter_num += 1
