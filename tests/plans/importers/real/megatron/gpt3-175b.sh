#!/bin/bash

# Runs the "175B" parameter model
WORLD_SIZE=$(($GPUS_PER_NODE*$NUM_NODES))
CHECKPOINT_PATH=$1 #<Specify path>

TRAINING_ARGS=(
    --micro-batch-size 1 
    --global-batch-size 1536
    --train-iters 500000
    --weight-decay 0.1 
    --fp16
    --lr 6.0e-5 
    --lr-decay-style cosine 
    --min-lr 6.0e-6
    --lr-warmup-fraction .001 
    --lr-decay-iters 430000 
)
DATA_ARGS=(
    --data-path $DATA_PATH 
    --split 949,50,1
)

torchrun ${DISTRIBUTED_ARGS[@]} pretrain_gpt.py \
    ${TRAINING_ARGS[@]} \
    ${DATA_ARGS[@]}
