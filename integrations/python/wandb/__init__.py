"""What a training script needs of `wandb` to run under Tunesmith unchanged.

Tunesmith puts this module before the real one when it runs a Python program: `wandb.config` has the trial's values, and
`wandb.log` prints its numbers as a line of JSON, from which Tunesmith reads them. Everything else that scripts call of W&B
(artifacts, tables, plots, alerts, watching a model) is accepted and does nothing. TUNESMITH_WANDB=real keeps the real module.
"""

import json
import os
import sys

__version__ = "0.0.0+tunesmith"


class _Nothing:
    """Takes any call, attribute, item or `with`, and does nothing."""

    def __init__(self, *_args, **_settings):
        pass

    def __call__(self, *_args, **_settings):
        return self

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _Nothing()

    def __getitem__(self, _key):
        return _Nothing()

    def __setitem__(self, _key, _value):
        pass

    def __iter__(self):
        return iter(())

    def __bool__(self):
        return False

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        return False


class Config(dict):
    """The trial's values, as attributes and as items."""

    def __getattr__(self, name):
        if name in self:
            value = self[name]
            return Config(value) if isinstance(value, dict) else value
        raise AttributeError(name)

    def __setattr__(self, name, value):
        self[name] = value

    def update(self, values=None, allow_val_change=None, **more):
        super().update(_as_dict(values), **more)

    def setdefaults(self, values):
        for name, value in _as_dict(values).items():
            self.setdefault(name, value)

    def as_dict(self):
        return dict(self)


class Summary(dict):
    """Numbers of the run as a whole; setting one reports it."""

    def __setitem__(self, name, value):
        super().__setitem__(name, value)
        _print({name: value})

    def __getattr__(self, name):
        if name in self:
            return self[name]
        raise AttributeError(name)

    def __setattr__(self, name, value):
        self[name] = value

    def update(self, values=None, **more):
        for name, value in {**_as_dict(values), **more}.items():
            self[name] = value


def _as_dict(values):
    if values is None:
        return {}
    if isinstance(values, dict):
        return dict(values)
    return dict(vars(values))


def _given():
    path = os.environ.get("TUNESMITH_CONFIG")
    if not path:
        return {}
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def _plain(value):
    """A number as JSON has it, of NumPy and PyTorch too; None of what is no number."""
    if isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, dict):
        numbers = {str(name): _plain(inner) for name, inner in value.items()}
        return {name: number for name, number in numbers.items() if number is not None}
    if hasattr(value, "item"):
        try:
            return _plain(value.item())
        except (TypeError, ValueError, RuntimeError):
            return None
    return None


def _print(values, step=None):
    numbers = _plain(values) or {}
    if not numbers:
        return
    if step is not None:
        numbers["step"] = int(step)
    sys.stdout.write("\n" + json.dumps(numbers) + "\n")
    sys.stdout.flush()


class Run:
    """What `wandb.init` gives."""

    def __init__(self, values=None, name=None, **_settings):
        self.config = Config(_as_dict(values))
        # What the study decides wins over the script's defaults.
        self.config.update(_given())
        self.summary = Summary()
        self.id = os.environ.get("WANDB_RUN_ID", "run")
        self.name = name or self.id
        self.sweep_id = os.environ.get("WANDB_SWEEP_ID")
        self.project = os.environ.get("WANDB_PROJECT")
        self.entity = None
        self.group = None
        self.tags = ()
        self.notes = None
        self.url = ""
        self.disabled = False
        self.offline = True
        self.resumed = False
        self.dir = os.environ.get("TUNESMITH_FOLDER", os.getcwd())
        self.step = 0

    def log(self, data=None, step=None, commit=None, sync=None):
        _print(data or {}, step)
        if commit is not False:
            self.step += 1

    def finish(self, *_args, **_settings):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        return False

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _Nothing()


run = None
config = Config(_given())
summary = Summary()


def init(*_args, config=None, name=None, **settings):  # noqa: A002 - W&B's own name
    global run
    module = sys.modules[__name__]
    if isinstance(config, (str, os.PathLike)):
        config = None
    run = Run(config, name, **settings)
    module.config = run.config
    module.summary = run.summary
    return run


def log(data=None, step=None, commit=None, sync=None):
    (run or init()).log(data, step, commit, sync)


def finish(*_args, **_settings):
    pass


def sweep(*_args, **_settings):
    return os.environ.get("WANDB_SWEEP_ID", "sweep")


def agent(_sweep_id=None, function=None, *_args, **_settings):
    """One trial: Tunesmith starts the program again for the next."""
    if function is not None:
        function()


class Settings(_Nothing):
    pass


class Image(_Nothing):
    pass


class Table(_Nothing):
    pass


class Artifact(_Nothing):
    pass


class Histogram(_Nothing):
    pass


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return _Nothing()
