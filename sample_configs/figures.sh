#!/usr/bin/env bash
# Draw every sample config and the pictures of the documents:
#
#     bash sample_configs/figures.sh [FOLDER]
#
# FOLDER is figures/ next to this script by default. The printed names are relative to it. The script runs from any
# directory, requires only cosine-lr, and stops at the first figure that fails.
set -euo pipefail

configs=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=${1:-$configs/figures}
mkdir -p "$folder"
cd "$folder" # a figure embeds the path of its output as it is given: here, only the name

cosine-lr plot --each "$configs"/*.yaml

# The pictures of the documents that are not drawn from a config, or not in both themes.
cosine-lr plot --lr 0.1 --epochs 100
cosine-lr plot --lr 0.1 --epochs 100 --theme dark -o cosine-lr-dark.png
cosine-lr plot cosine:color=#0B3954 'step:color=#BF211E,linestyle=dotted' 'wsd:color=#6DA34D,linewidth=2' --warmup 5 \
    --size 84mm --font STIXGeneral --font-size 8 --legend below --xlabel 'Training time (epochs)' --dpi 300 -o own.png
cosine-lr plot cosine:color=#6FA8DC 'step:color=#FF8A80,linestyle=dotted' 'wsd:color=#A5D27F,linewidth=2' --warmup 5 \
    --size 84mm --font STIXGeneral --font-size 8 --legend below --xlabel 'Training time (epochs)' --dpi 300 \
    --theme dark -o own-dark.png
cosine-lr plot "$configs/imagenet.yaml" --theme dark -o imagenet-dark.png

# A run of 10,000 updates whose scheduler is created for 40,000. Exit code 1 is the answer: the log deviates from the plan.
diagnosis() {
    local answer
    answer=$(cosine-lr diagnose train.log cosine:lr=5e-5,warmup=500 --steps 10k --theme "$1" --plot "$2" 2>&1) ||
        (($? == 1)) || { echo "$answer" >&2 && exit 2; }
    echo "$2"
}
cosine-lr table cosine:lr=5e-5,warmup=500,label=lr --steps 40k --at 250,1k,2500,4k,5500,7k,8500,10k --format csv > train.log
diagnosis light diagnosis.png
diagnosis dark diagnosis-dark.png
rm train.log

# Pixels are compared only under the version of matplotlib that drew the pictures. An SVG has that version.
cosine-lr plot --format svg -o - | grep -o 'Matplotlib v[0-9][^,]*' > drawn_by.txt
