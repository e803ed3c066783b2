TRAIN_ITERS=500000
WARMUP=${2:-3200}
LR=1.5e-4
python pretrain_gpt.py \
    --train-iters $TRAIN_ITERS --lr-decay-iters 320000 --lr $LR --min-lr 1e-5 \
    --lr-decay-style cosine --lr-warmup-fraction .01 --global-batch-size 8
