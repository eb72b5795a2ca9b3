/** What `init --command` writes. Runs as it is where there is Python, in a few seconds. */
export const exampleCommandStudy = `# A study of a program: each trial runs it with other values. Run it: tunesmith run study.yaml
study: my-program
description: Learning rate and momentum of gradient descent in a narrow valley

command:
  program: train.py        # a Python, JavaScript, TypeScript or shell file; it gets --name=value for each parameter
  # run: [torchrun, --nproc-per-node=2, "\${program}", "\${args}"]   # the words of the command line, in place of the usual ones
  env:
    OMP_NUM_THREADS: 1
    # SOME_TOKEN: "\${envvar:SOME_TOKEN}"   # taken from the environment where it runs, written nowhere
  # folder: .              # where it runs, relative to this file
  timeLimit: 10m           # a trial that takes longer has failed
  # memoryLimit: 4GB       # of all its processes together
  # grace: 30s             # between SIGTERM and SIGKILL, when it is to stop
  retries: 1               # a program that fails is tried again
  # metrics:               # besides lines of JSON that it prints
  #   patterns: { loss: 'loss=(\\S+)' }
  #   file: metrics.csv    # in the trial's folder, TUNESMITH_FOLDER

seed: 0

search:
  method: auto             # learns from earlier trials; grid tries every combination of values, random draws
  maxTrials: 12
  metric:
    name: loss             # as the program calls it
    goal: minimize         # or maximize
    reduce: last           # of the curve: last, best or mean-of-last-5
  scheduler: { name: asha, minSteps: 5, eta: 3, maxSteps: 40 }   # which trials go on
  # A parameter has the name that the program knows it by.
  parameters:
    rate: { distribution: log_uniform_values, min: 1e-4, max: 1 }
    momentum: { min: 0.0, max: 0.99 }
    # optimizer: { values: [adam, sgd] }
    # decay: { min: 0.0, max: 0.1, when: { optimizer: adam } }
`;

export const exampleProgram = `# Gradient descent with momentum down a narrow valley. It runs with and without Tunesmith.
import argparse
import json

parser = argparse.ArgumentParser()
parser.add_argument("--rate", type=float, default=0.01)
parser.add_argument("--momentum", type=float, default=0.9)
given = parser.parse_args()

x, y, speed_x, speed_y = 3.0, 1.0, 0.0, 0.0
for step in range(1, 41):
    speed_x = given.momentum * speed_x - given.rate * x
    speed_y = given.momentum * speed_y - given.rate * 20 * y
    x, y = x + speed_x, y + speed_y
    # A line that is a JSON object reports its numbers.
    print(json.dumps({"loss": (x * x + 20 * y * y) / 2, "step": step}), flush=True)
`;
