"""The models of `tunesmith bench step` in PyTorch: INPUT:MODEL, as src/app/cli/bench/bench-model.ts reads them."""

import re

import torch
from torch import nn


def parse(text: str):
    """Returns (input shape of one example, classes, function that builds the model)."""
    source, shape = text.split(":")
    if source == "mlp":
        source, shape = shape.split("-", 1)
    sizes = [int(size) for size in source.split("x")]
    # Images come as height x width x channels.
    example = sizes if len(sizes) == 1 else [sizes[2], sizes[0], sizes[1]]
    if shape == "resnet18":
        return example, 10, lambda: ResNet18(example[0], 10)
    return example, int(shape.split("-")[-1]), lambda: from_shape(example, shape)


def from_shape(example, shape: str) -> nn.Module:
    """`32c5-p2-64c5-p2-128-10`: convolutions without padding, max pooling, dense layers; a ReLU after all but the last."""
    layers, tokens = [], shape.split("-")
    probe = torch.zeros(1, *example)
    for index, token in enumerate(tokens):
        convolution = re.fullmatch(r"(\d+)c(\d+)", token)
        if convolution:
            added = [nn.Conv2d(probe.shape[1], int(convolution[1]), int(convolution[2])), nn.ReLU()]
        elif token.startswith("p"):
            added = [nn.MaxPool2d(int(token[1:]))]
        else:
            flat = [nn.Flatten()] if probe.dim() > 2 else []
            added = flat + [nn.Linear(probe[0].numel(), int(token)), nn.ReLU()]
            if index == len(tokens) - 1:
                added.pop()
        layers += added
        probe = nn.Sequential(*added)(probe)
    return nn.Sequential(*layers)


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x):
        shortcut = x if self.downsample is None else self.downsample(x)
        x = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(self.bn2(self.conv2(x)) + shortcut)


class ResNet18(nn.Module):
    """For small images: a 3 x 3 stem and no pooling in front."""

    def __init__(self, channels, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 64, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        blocks, inputs = [], 64
        for outputs, stride in [(64, 1), (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1)]:
            blocks.append(Block(inputs, outputs, stride))
            inputs = outputs
        self.blocks = nn.Sequential(*blocks)
        self.fc = nn.Linear(512, classes)

    def forward(self, x):
        x = self.blocks(torch.relu(self.bn1(self.conv1(x))))
        return self.fc(x.mean((2, 3)))
