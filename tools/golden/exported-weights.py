"""What a torch.nn.Sequential says with weights that Tunesmith exported; see exported-weights.ts."""

import json
import platform
import sys
from collections import OrderedDict

import torch
from torch import nn

task = json.load(sys.stdin)
torch.set_default_dtype(torch.float64)

model = nn.Sequential(
    OrderedDict(
        conv1=nn.Conv2d(2, 6, 3, padding=1),
        bn1=nn.BatchNorm2d(6),
        relu=nn.ReLU(),
        pool=nn.MaxPool2d(2),
        conv2=nn.Conv2d(6, 4, (2, 3), groups=2, bias=False),
        tanh=nn.Tanh(),
        flatten=nn.Flatten(),
        fc1=nn.Linear(16, 7),
        sigmoid=nn.Sigmoid(),
        fc2=nn.Linear(7, 3),
    )
)
state = {
    name: torch.tensor(tensor["values"], dtype=torch.float64).reshape(tensor["shape"])
    for name, tensor in task["tensors"].items()
}
model.load_state_dict(state, strict=True)
model.eval()
# [count, height, width, channels] to PyTorch's [count, channels, height, width]
images = torch.tensor(task["features"], dtype=torch.float64).reshape(-1, *task["shape"]).permute(0, 3, 1, 2) / 255
with torch.no_grad():
    log_probabilities = torch.log_softmax(model(images), dim=1)

json.dump(
    {
        "versions": {"torch": torch.__version__, "python": platform.python_version()},
        "logProbabilities": log_probabilities.tolist(),
    },
    sys.stdout,
)
