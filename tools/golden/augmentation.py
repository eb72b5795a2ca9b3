"""An image moved by torchvision in float32; see augmentation.ts."""

import json
import platform
import sys

import torch
import torchvision
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional as F

task = json.load(sys.stdin)
bilinear = InterpolationMode.BILINEAR
image = torch.tensor(task["image"]).reshape(task["shape"]).permute(2, 0, 1)


def values(moved):
    return moved.permute(1, 2, 0).flatten().tolist()


def affine(case):
    # `affine` turns clockwise.
    moved = F.affine(
        image,
        angle=-case["angle"],
        translate=case["shift"],
        scale=case["zoom"],
        shear=case["shear"],
        interpolation=bilinear,
    )
    return {**case, "values": values(moved)}


def crop(case):
    top, left, height, width = case["box"]
    size = task["shape"][:2]
    moved = F.resized_crop(image, top, left, height, width, size, interpolation=bilinear, antialias=False)
    return {**case, "values": values(moved)}


json.dump(
    {
        "versions": {
            "torch": torch.__version__,
            "torchvision": torchvision.__version__,
            "python": platform.python_version(),
        },
        "affine": [affine(case) for case in task["affine"]],
        "crops": [crop(case) for case in task["crops"]],
    },
    sys.stdout,
)
