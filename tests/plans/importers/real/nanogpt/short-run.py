# the default warmup of 2000 is longer than the run
learning_rate = 1e-4
max_iters = 200
always_save_checkpoint = False
eval_interval = 50
eval_iters = 20
