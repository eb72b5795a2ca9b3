"""Seconds for one epoch over a folder of images with torchvision: decoded, resized, as bytes, in batches.

    python image_folder.py --folder FOLDER --size 64 --workers 2
"""

import argparse
import json
import time

import torch
from torchvision import datasets, transforms


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", required=True)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(1)
    resize = transforms.Resize((options.size, options.size))
    images = datasets.ImageFolder(options.folder, transforms.Compose([resize, transforms.PILToTensor()]))
    loader = torch.utils.data.DataLoader(images, batch_size=64, num_workers=options.workers)
    start = time.perf_counter()
    for _ in loader:
        pass
    print(json.dumps({"secondsPerEpoch": time.perf_counter() - start, "torch": torch.__version__}))


if __name__ == "__main__":
    main()
