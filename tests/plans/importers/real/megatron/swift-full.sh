NPROC_PER_NODE=2 \
megatron sft \
    --model some/model \
    --save_safetensors true \
    --dataset 'a#500' \
              'b#500' \
    --micro_batch_size 16 \
    --global_batch_size 16 \
    --finetune true \
    --lr 1e-5 \
    --lr_warmup_fraction 0.05 \
    --min_lr 1e-6 \
    --num_train_epochs 1 \
    --dataset_num_proc 4
