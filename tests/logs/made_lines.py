"""Lines of text logs as programs print them, with places for numbers.

- ``STEPS``: lines with the number ``n`` of the row as their step, and the rate ``lr``.
- ``EPOCHS``: the same with the epoch ``n``.
- ``WITHIN``: lines with the epoch and the position in it, and the first epoch.
"""

from __future__ import annotations

STEPS = [
    "step {n} | loss: 3.01 | lr {lr:.4e} | norm: 0.29 | dt: 4785.89ms | tok/sec: 109547.61",  # nanoGPT
    "[2023-04-18 01:46:59,142] [INFO] [Rank 0] step={n}, skipped=0, lr=[{lr}, {lr}], mom=[(0.9, 0.95), (0.9, 0.95)]",
    " iteration {n:8}/    1000 | elapsed time per iteration (ms): 2152.2 | learning rate: {lr:.3E} | loss scale: 1.0 |",
    "2020-07-09 19:14:54,192 - mmseg - INFO - Iter [{n}/200]\tlr: {lr:.3e}, eta: 0:04:21, time: 1.379, loss: 2.2",
    "07/09 19:14:54 - mmengine - INFO - Iter(train) [{n:5}/40000]  base_lr: 1.0e-02 lr: {lr:.4e}  eta: 0:04:21",
    "[06/01 10:00:00 d2.utils.events]:  eta: 0:01:00  iter: {n}  total_loss: 1.2  lr: {lr:.5g}  max_mem: 3000M",
    "Step {n}/100000; acc:   3.54; ppl: 1234; xent: 8.17; lr: {lr:.5f}; 1234/1234 tok/s;      5 sec",
    "Ep. 1 : Up. {n} : Sen. 100,000 : Cost 7.1 : Time 100s : 1000 words/s : L.r. {lr:.4e}",
    "2021 | INFO | train_inner | epoch 001:    100 / 1000 loss=3.2, num_updates={n}, lr={lr}, gnorm=0.5",
    '2021 | INFO | train | {{"epoch": 1, "loss": "3.2", "lr": "{lr}", "num_updates": "{n}"}}',
    "2023-01-01 [TRAIN] epoch: 1, iter: {n}/1000, loss: 0.5, lr: {lr:.6f}, batch_cost: 0.3",
    "iteration: {n} / 1000 | consumed_tokens: 10K | lm_loss: 3.2 | lr: {lr:.3e} | model_tflops: 100",
    "  10%|#         | {n}/970 [00:22<00:00,  4.34it/s, lr={lr}, loss=0.1]",
    "{{'loss': 1.2, 'learning_rate': {lr}, 'step': {n}}}",
    "\x1b[32mINFO\x1b[0m: Global Iter: {n}, LR: tensor({lr:.5f})",
    "{{'loss': 1.5, 'learning_rate': {lr}, 'epoch': 0.53, 'global_step/max_steps': '{n}/94', 'percentage': '53.19%'}}",
    "global step {n}/12000, epoch: 0, batch: {n}, rank_id: 0, loss: 0.099526, lr: {lr:.10f}, speed: 1.3251 step/s",
    "I1110 16:31:15 139892 train.py:545] Finished training step {n}. Batch size: 512, Loss: 10.51, LR: {lr:.5f}",
    "Epoch 0: :   3%|3 | 100/3000 [00:10<04:50, v_num=0, reduced_train_loss=2.1, global_step={n}.00, lr={lr}]",  # NeMo
    "Steps:  10%|#  | {n}/1000 [01:00<09:00,  1.6it/s, lr={lr}, step_loss=0.1]",  # diffusers
    "[batch={n}/1000]:\n\t Train lr-DecoupledAdamW/group0: {lr}",  # Composer
    "  Number of iterations: {n}, loss: 0.00740, lr: {lr}",  # DeepLabCut
    "global_step={n}\nlearning rate set to {lr}",
    "[step={n}/1000]\n    optim/total_grad_norm=1.2\n    optim/learning_rate_group0={lr}",  # OLMo
]
EPOCHS = [
    "Epoch: {n}/30\nTime Taken: 146.09s - LR: {lr:.2e}",
    "epoch: {n}, lr: {lr:.2e} - train loss: 2.1 - valid loss: 2.2",  # SpeechBrain
    "Epoch {n:05}: adjusting learning rate of group 0 to {lr:.4e}.",  # PyTorch
    "Epoch {n}: LearningRateScheduler setting learning rate to {lr}.",  # Keras
    "Epoch {n}/30\n97/97 [==============================] - 20s 15ms/step - loss: 0.5 - lr: {lr:.4e}",
    "Epoch {n}/30\n97/97 ---------- 20s 15ms/step - loss: 0.5 - val_loss: 0.5 - learning_rate: {lr:.4e}",
    "Train Epoch: [{n}/200], lr: {lr:.6f}, Loss: 6.9569: 100%|####| 97/97 [00:22<00:00,  4.34it/s]",
    "2021-01-01 10:00:00: epoch:  {n}\ntrain loss : -0.1\nlr: {lr:.6f} (was (rounded) 0.01)\nThis epoch took 91.5 s",
    "Epoch {n}\nCurrent learning rate: {lr:.5f}\ntrain_loss -0.1",  # nnU-Net
    "learning rate (AdamW) = {lr} at epoch {n}",
]
WITHIN = [
    ("Epoch: [{epoch}]  [{inner:3}/100]  eta: 0:13  lr: {lr:.6f}  min_lr: 0.000064  loss: 6.88 (6.89)", 0),  # DETR
    ("Train: [{epoch}/300][{inner}/100]\teta 0:20:00 lr {lr:.6f}\t time 0.5", 0),  # Swin
    ("Train: {epoch} [ {inner:3}/100 (  4%)]  Loss: 6.9 (6.9)  LR: {lr:.3e}  Data: 0.1", 0),  # timm
    ("| epoch {epoch:3} | {inner:5}/  100 batches | lr {lr:.5f} | ms/batch 10.5 | loss 5.0", 1),
    ("Epoch(train)  [{epoch}][{inner:3}/100]  lr: {lr:.4e}  eta: 3:00", 1),  # MMEngine
    ("Epoch {epoch}:  10%|#         | {inner}/100 [00:22<00:00,  4.34it/s, v_num=0, lr={lr}]", 0),  # Lightning
    ("Epoch:[{epoch}/8]({inner}/100), loss: 3.1348, aux_loss: 0.0, lr: {lr:.8f}, epoch_time: 0.0min", 1),  # MiniMind
    ("epoch: {epoch}/300, iter: {inner}/100, gpu mem: 5Mb, lr: {lr:.3e}, size: 640, ETA: 1 day", 1),  # YOLOX
    ("Epoch: [{epoch}] [ {inner}/100] learning_rate: {lr:.6f} loss_cls: 0.5 eta: 0:13", 0),  # PaddleDetection
    ("Epoch[{epoch}/10], Step[{inner}/100], Lr: {lr}", 1),
]
