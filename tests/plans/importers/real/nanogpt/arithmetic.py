log_interval = 1
eval_only = False # if True, script exits right after the first eval
init_from = 'scratch' # 'scratch' or 'resume' or 'gpt2*'
dataset = 'shakespeare_char'
gradient_accumulation_steps = 1
batch_size = 64
block_size = 128
# learning rate and scheduler
learning_rate = 1e-4 # max learning rate
eval_interval = 2000
max_iters = 20000 # total number of training iterations
warmup_iters = max_iters * 0.02 # how many steps to warm up for
decay_lr = True # whether to decay the learning rate
lr_decay_iters = max_iters
min_lr = learning_rate * 0.33
