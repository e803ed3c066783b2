learning_rate = 1e-3
lr_decay_iters = max_iters
warmup_iters = 10
min_lr = 1e-4
