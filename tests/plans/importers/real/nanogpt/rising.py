# min_lr keeps its default, which is above the rate
learning_rate = 2e-5
max_iters = 1000
lr_decay_iters = max_iters
warmup_iters = 10
eval_interval = 100
eval_iters = 20
