learning_rate = 1e-3
max_iters = 300
lr_decay_iters = 200
warmup_iters = 0
min_lr = learning_rate / 10
eval_iters = 20
