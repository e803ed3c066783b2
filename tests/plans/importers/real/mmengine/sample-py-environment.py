import os

n_linear = 5   if os.getenv('DEBUG', '').lower() in ('1', 'true', 'yes') else 200
lr = 3e-4
optim_wrapper = dict(type='OptimWrapper', optimizer=dict(type='AdamW', lr=lr))
train_cfg = dict(type='IterBasedTrainLoop', max_iters=n_linear)
param_scheduler = [dict(type='LinearLR', start_factor=1e-4, by_epoch=False, begin=0, end=n_linear)]
