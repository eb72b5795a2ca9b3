"""Augmentation in torchvision on one thread: the peer of `bench/augment.ts`.

A data set of uint8 tensors behind a DataLoader in one process, each image through transforms.v2 and then to floats. Prints
one JSON line; the rate is by the processor's time.

    python bench/peers/augment.py --program "flip, padded crop" [--shape 28x28x1] [--rounds 5]
"""

import argparse
import json
import statistics
import time

import torch
import torchvision
from torch.utils.data import DataLoader, Dataset
from torchvision.transforms import InterpolationMode, v2

parser = argparse.ArgumentParser()
parser.add_argument("--program", required=True)
parser.add_argument("--shape", default="28x28x1")
parser.add_argument("--rounds", type=int, default=5)
arguments = parser.parse_args()
torch.set_num_threads(1)
torch.manual_seed(0)

height, width, channels = map(int, arguments.shape.split("x"))
bilinear = InterpolationMode.BILINEAR
PROGRAMS = {
    "flip, rotation, resized crop": [
        v2.RandomHorizontalFlip(),
        v2.RandomRotation(15, interpolation=bilinear),
        v2.RandomResizedCrop((height, width), antialias=False),
    ],
    "flip, padded crop": [v2.RandomHorizontalFlip(), v2.RandomCrop((height, width), padding=4)],
    "flip, affine, brightness, erasing": [
        v2.RandomHorizontalFlip(),
        v2.RandomAffine(10, translate=(0.1, 0.1), scale=(0.9, 1.1), shear=5, interpolation=bilinear),
        v2.ColorJitter(brightness=0.2),
        v2.RandomErasing(),
    ],
}
transform = v2.Compose([*PROGRAMS[arguments.program], v2.ToDtype(torch.float32, scale=True)])
IMAGES, BATCH = 1024, 32
images = torch.randint(0, 256, (IMAGES, channels, height, width), dtype=torch.uint8)


class Augmented(Dataset):
    def __len__(self):
        return IMAGES

    def __getitem__(self, index):
        return transform(images[index])


loader = DataLoader(Augmented(), batch_size=BATCH, shuffle=True, num_workers=0)
rates = []
for round_number in range(arguments.rounds + 1):
    start = time.process_time()
    for _ in loader:
        pass
    # The first one warms up.
    if round_number > 0:
        rates.append(IMAGES / (time.process_time() - start))
print(
    json.dumps(
        {
            "torch": torch.__version__,
            "torchvision": torchvision.__version__,
            "program": arguments.program,
            "imagesPerSecond": round(statistics.median(rates), 1),
        }
    )
)
