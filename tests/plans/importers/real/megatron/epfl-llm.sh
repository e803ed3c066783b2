#! /bin/bash

RANK=0

DATA_PATH=<Specify path and file prefix>_text_document
CHECKPOINT_PATH=<Specify path>


python pretrain_gpt.py \
       --num_layers 24 \
       --micro_batch_size 4 \
       --global_batch_size 8 \
       --train_iters 500000 \
       --lr_decay_iters 320000 \
       --save $CHECKPOINT_PATH \
       --split 949,50,1 \
       --lr 0.00015 \
       --min_lr 1.0e-5 \
       --lr_decay_style cosine \
       --weight_decay 1e-2 \
       --lr_warmup_fraction .01 \
       --fp16
