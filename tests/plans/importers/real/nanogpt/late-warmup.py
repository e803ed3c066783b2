# the decay ends before the warmup
learning_rate = 1e-3
max_iters = 300
lr_decay_iters = 100
warmup_iters = 0.5 * max_iters + 0.5
min_lr = 1e-5
eval_iters = 20
