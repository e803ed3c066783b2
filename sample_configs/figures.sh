#!/usr/bin/env bash
# Draw all sample configs and the pictures of the README.
#
#     bash sample_configs/figures.sh [FOLDER]
#
# FOLDER is figures/ beside this script where none is given. The names that are printed are names in it.
# The script works from any directory, needs nothing but cosine-lr, and stops at the first figure that fails.
set -euo pipefail

configs=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=${1:-$configs/figures}
mkdir -p "$folder"
cd "$folder" # a figure holds its plan, and the plan its output as it was given: here without a path

cosine-lr plot "$configs"/*.yaml

# The README's: each in light, as its command draws it, and in dark.
cosine-lr plot --lr 0.1 --epochs 100
cosine-lr plot --lr 0.1 --epochs 100 --theme dark -o cosine-lr-dark.png
cosine-lr plot "$configs/imagenet.yaml" --theme dark -o imagenet-dark.png

# Pictures are compared point by point only under the matplotlib that drew them; an SVG says which one it is.
cosine-lr plot --format svg -o - | grep -o 'Matplotlib v[0-9][^,]*' > drawn_by.txt
