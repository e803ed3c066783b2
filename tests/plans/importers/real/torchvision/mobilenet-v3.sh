torchrun --nproc_per_node=8 train.py \
--model mobilenet_v3_large --epochs 60 --opt rmsprop --batch-size 128 --lr 0.064 \
--wd 0.00001 --lr-step-size 2 --lr-gamma 0.973 --auto-augment imagenet --random-erase 0.2
