LR_DECAY_SAMPLES=$((TRAIN_SAMPLES * 90 / 100))
OPTIMIZER_ARGS=" \
    --optimizer adam \
    --lr 3.0e-4 \
    --min-lr 1e-5 \
    --lr-decay-style cosine \
    --lr-decay-samples $LR_DECAY_SAMPLES \
    --global-batch-size 256 \
    --train-samples 220_000_000 \
    "
