learning_rate = 1e-3
max_iters = 100
lr_decay_iters = 10
warmup_iters = 10
