import os
learning_rate = float(os.environ["LR"])
max_iters = 100
lr_decay_iters = 100
warmup_iters = 10
