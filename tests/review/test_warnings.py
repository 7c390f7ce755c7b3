"""The warnings one by one: what is told, where, how it is silenced, and what is never told."""

from __future__ import annotations

import json

import pytest

from jupyter_mlgit.review.python_source import LARGEST
from jupyter_mlgit.review.reading import FileChange
from jupyter_mlgit.review.warnings import (
    RULES,
    ReviewWarning,
    find_all_warnings,
    find_cell_warnings,
    find_warnings,
)

TRAIN = """\
import torch
from torchvision import transforms

LR = 1e-3
tf = transforms.Compose([
    transforms.ToTensor(),
    transforms.Normalize((0.5,), (0.5,)),
])
opt = torch.optim.Adam(model.parameters(), lr=LR)
for x, y in loader:
    model.train()
    loss = torch.nn.functional.cross_entropy(model(x), y)
    loss.backward()
"""


def rules(told: tuple[ReviewWarning, ...]) -> list[str]:
    return [warning.rule for warning in told]


def test_removed_normalisation_says_what_and_where() -> None:
    new = TRAIN.replace("    transforms.Normalize((0.5,), (0.5,)),\n", "")
    (told,) = find_warnings("train.py", TRAIN, new)
    assert told == ReviewWarning(
        rule="normalisation",
        severity="high",
        path="train.py",
        line=5,
        old_line=7,
        message="normalisation removed: transforms.Normalize((0.5,), (0.5,))",
        silence="# mlgit: ignore[normalisation] on the line or above it,"
        " or git config --add mlgit.silencedWarnings normalisation",
    )


def test_changed_constant_is_told_once_where_it_is_set() -> None:
    (told,) = find_warnings("train.py", TRAIN, TRAIN.replace("1e-3", "3e-4"))
    assert (told.rule, told.line, told.message) == ("learning-rate", 4, "LR changed: 0.001 → 0.0003")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Adam(p, lr=1e-3)", "Adam(p, lr=0.001)"),
        ("DataLoader(d, batch_size=64)", "DataLoader(d, batch_size=2**6)"),
        ("DataLoader(d)", "DataLoader(d, shuffle=False)"),
        ("from torch import nn\nnn.Dropout(0.5)", "from torch import nn\nnn.Dropout(p=0.5)"),
        ("import torch\ntorch.manual_seed(3)", "import torch\nS = 3\ntorch.manual_seed(S)"),
        ("Adam(p, lr=1e-3)", "Adam(p, lr=lr_from_elsewhere)"),
        ("m.eval()\nprint(F.mse_loss(a, b))", "m.eval()"),
        ("def f():\n    m.eval()\n\ndef g():\n    pass", "def g():\n    pass\n\ndef f():\n    m.eval()"),
        ("m.compile(optimizer='nadam')", "import keras\nm.compile(optimizer=keras.optimizers.Nadam())"),
        ("cfg = {'lr': 0.1}", "cfg = dict(lr=0.1)"),
    ],
)
def test_same_meaning_raises_none(old: str, new: str) -> None:
    assert find_warnings("a.py", old, new) == ()


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("x = x / 255", "x = x", "normalisation"),
        ("x = (x - 0.5) / 0.2", "x = x", "normalisation"),
        ("t = Compose([A(), B()])", "t = Compose([B(), A()])", "transform"),
        ("l = nn.MSELoss()", "l = nn.L1Loss()", "loss"),
        ("loss = a + 0.1 * b\nloss.backward()", "loss = a + b\nloss.backward()", "loss"),
        ("o = optim.SGD(p, lr=0.1)", "o = optim.SGD(p, lr=0.1, momentum=0.9)", "optimizer"),
        ("s = StepLR(o, 3)", "s = StepLR(o, 5)", "scheduler"),
        ("o = Adam(p, lr=args.lr)", "o = Adam(p, lr=0.1)", "learning-rate"),
        ("DataLoader(d, batch_size=8)", "DataLoader(d, batch_size=16)", "batch-size"),
        ("np.random.seed(1)", "np.random.seed(2)", "seed"),
        ("Trainer(precision='16-mixed')", "Trainer(precision=32)", "precision"),
        ("x = x.to(torch.float16)", "x = x.to(torch.float32)", "precision"),
        ("m.half()", "pass", "precision"),
        ("m.eval()", "m.train()", "train-eval"),
        ("with torch.no_grad():\n    y = m(x)", "y = m(x)", "no-grad"),
        ("DataLoader(d, shuffle=True)", "DataLoader(d)", "shuffle"),
        ("a, b = train_test_split(x, test_size=0.2)", "a, b = train_test_split(x, test_size=0.3)", "data-split"),
        ("device = 'cuda'", "device = 'cpu'", "device"),
        ("m = nn.Linear(4, 2)", "m = nn.Linear(8, 2)", "model"),
        ("EPOCHS = 3", "EPOCHS = 30", "hyperparameter"),
        ("p = 'data'", "p = '/home/anna/data'", "absolute-path"),
        ("p = 'data'", "p = r'C:\\Users\\anna\\data'", "absolute-path"),
        ("k = ''", f"k = 'ghp_{'a1B2' * 9}'", "secret"),
        ("k = ''", "password = 'hT7-kq2.Zp91x'", "secret"),
    ],
)
def test_each_rule(old: str, new: str, rule: str) -> None:
    told = find_warnings("a.py", old, new)
    assert set(rules(told)) == {rule}
    assert all(warning.rule in RULES and warning.silence for warning in told)


@pytest.mark.parametrize(
    ("old", "said"),
    [
        ("SGD(p, lr=0.01)", "SGD: learning_rate=0.001 added in place of lr=0.01"),
        ("SGD(p, lr=rate)", "SGD: learning_rate=0.001 added in place of lr=rate"),
        ("SGD(p, decay=0.01)", "SGD: learning_rate=0.001 added"),
    ],
)
def test_argument_by_another_name_says_which_went(old: str, said: str) -> None:
    assert said in [one.message for one in find_warnings("a.py", old, "SGD(p, learning_rate=0.001)")]


def test_secret_is_never_repeated() -> None:
    secret = "hf_" + "aB3d" * 9
    told = find_warnings("a.py", "x = 1", f"x = 1\ntoken = '{secret}'")
    assert rules(told) == ["secret"]
    assert secret not in repr(told)


@pytest.mark.parametrize("text", ["your-api-key", "${API_TOKEN}", "<token>", "changeme123", "xxxxxxxxxxxx"])
def test_stand_in_is_no_secret(text: str) -> None:
    assert find_warnings("a.py", "x = 1", f"x = 1\napi_key = {text!r}") == ()


def test_route_is_no_path() -> None:
    assert find_warnings("a.py", "", "@app.get('/data/items')\ndef items():\n    return []\n") == ()


@pytest.mark.parametrize(
    "comment",
    ["# mlgit: ignore[batch-size]", "# mlgit: ignore", "# mlgit: ignore[seed, batch-size]"],
)
def test_comment_silences(comment: str) -> None:
    assert find_warnings("a.py", "bs = 8", f"bs = 16  {comment}") == ()
    assert find_warnings("a.py", "bs = 8", f"{comment}\nbs = 16") == ()


def test_other_comment_and_line_silence_nothing() -> None:
    assert rules(find_warnings("a.py", "bs = 8", "bs = 16  # mlgit: ignore[seed]")) == ["batch-size"]
    assert rules(find_warnings("a.py", "bs = 8", "x = 1  # mlgit: ignore[batch-size]\nbs = 16")) == ["batch-size"]


def test_file_and_setting_silence() -> None:
    assert find_warnings("a.py", "bs = 8", "# mlgit: ignore-file[batch-size]\n\n\nbs = 16") == ()
    assert find_warnings("a.py", "bs = 8", "bs = 16", silenced={"batch-size"}) == ()


@pytest.mark.parametrize(
    "text",
    [
        "print 'python 2'",
        "def broken(:",
        "a\0b",
        "(" * 5000 + ")" * 5000,
        "x = " + "-" * 20000 + "1",
        "x = " + "+".join(["a"] * 30000),
        "x = 1\n" * (LARGEST // 6 + 1),
        "\ufeffx = 1",
    ],
)
def test_what_cannot_be_read_says_nothing(text: str) -> None:
    assert find_warnings("a.py", text, "m.eval()\n") in {(), find_warnings("a.py", "x = 1", "m.eval()\n")}
    assert find_warnings("a.py", "bs = 8\n", text) == ()


def test_new_file_is_only_asked_for_what_should_not_be_committed() -> None:
    assert rules(find_warnings("a.py", None, TRAIN + "p = '/home/anna/x'\n")) == ["absolute-path"]
    assert find_warnings("a.py", TRAIN, None) == ()


def test_function_moved_to_another_file_raises_none() -> None:
    function = "def evaluate(m, x):\n    m.eval()\n    with torch.no_grad():\n        return m(x)\n"
    use = "import torch\n{}\nprint(evaluate(m, x))\n"
    changes = [
        FileChange("train.py", use.format(function), use.format("from evaluation import evaluate")),
        FileChange("evaluation.py", None, f"import torch\n\n\n{function}"),
    ]
    assert find_all_warnings(changes) == ()
    assert find_all_warnings(changes[:1]) == ()
    without_import = FileChange("train.py", use.format(function), use.format("evaluate = print"))
    assert set(rules(find_all_warnings([without_import]))) == {"train-eval", "no-grad"}
    assert find_all_warnings([without_import, changes[1]]) == ()


def test_large_file() -> None:
    (told,) = find_all_warnings([FileChange("best.pt", None, None, size=200 * 2**20)])
    assert (told.rule, told.line, told.message) == ("large-file", None, "the file is large to be kept in git: 200 MB")
    assert find_all_warnings([FileChange("best.pt", None, None, size=10)]) == ()


# ---------------------------------------------------------------------------------------------- notebooks


def test_cell_and_line_are_named() -> None:
    old = [(1, "LR = 1e-3\nbs = 8"), (3, "%time\nopt = Adam(p, lr=LR)\nx = await f()\n!ls\nhelp?")]
    new = [(1, "LR = 1e-3\nbs = 8"), (2, "p?"), (4, "%time\n\nopt = SGD(p, lr=LR)\nx = await f()\n!ls\nhelp?")]
    (told,) = find_cell_warnings("n.ipynb", old, new)
    assert (told.rule, told.cell, told.line, told.old_line) == ("optimizer", 4, 3, 2)


def test_broken_cell_takes_only_its_own_facts() -> None:
    old = [(0, "torch.manual_seed(1)"), (1, "bs = 8")]
    assert rules(find_cell_warnings("n.ipynb", old, [(0, "torch.manual_seed("), (1, "bs = 16")])) == ["batch-size"]


def test_other_language_in_a_cell() -> None:
    assert find_cell_warnings("n.ipynb", [(0, "%%bash\nls")], [(0, "%%bash\nrm -f x\nlr = 2")]) == ()


def test_notebook_as_json() -> None:
    def notebook(source: list[str]) -> str:
        return json.dumps(
            {"cells": [{"cell_type": "markdown", "source": "x"}, {"cell_type": "code", "source": source}]}
        )

    (told,) = find_warnings("n.ipynb", notebook(["a = 1\n", "bs = 8"]), notebook(["a = 1\n", "bs = 9"]))
    assert (told.rule, told.cell, told.line) == ("batch-size", 1, 2)
    assert find_warnings("n.ipynb", "{", notebook(["bs = 9"])) == ()
    assert find_warnings("n.ipynb", notebook(["bs = 9"]), "[]") == ()


# ---------------------------------------------------------------------------------------------- other files


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        ("Dockerfile", "FROM a:1\n", "FROM a\n", ["latest-tag"]),
        ("Dockerfile", "FROM a:1\n", "FROM a:latest AS b\nFROM b\n", ["latest-tag"]),
        ("Dockerfile", "FROM a:1\n", "FROM localhost:5000/a@sha256:00\n", []),
        ("gpu.Dockerfile", "", "FROM a:1\nRUN pip install -r r.txt -e . x==1 \\\n  y\n", ["unpinned-dependency"]),
        ("requirements-dev.txt", "a==1\n", "a==1\nb\n-r other.txt\nc @ https://x/c.whl\n", ["unpinned-dependency"]),
        ("requirements.txt", "a\n", "a>=2\n", []),
        ("environment.yml", "dependencies:\n", "dependencies:\n  - a=1\n  - b\n", ["unpinned-dependency"]),
        ("pyproject.toml", "[project]\n", '[project]\ndependencies = ["a>=1", "b"]\n', ["unpinned-dependency"]),
        ("compose.yaml", "", "services:\n  a:\n    image: a:latest\n", ["latest-tag"]),
        ("c.yaml", "a:\n  lr: 0.1\n", "a:\n  lr: 0.2\n", ["learning-rate"]),
        ("c.yaml", "a:\n  lr: 0.1\n", "b:\n  lr: 1e-1 # same\n", []),
        ("c.json", '{"seed": 1}', '{\n  "seed": 1\n}', []),
        ("c.json", '{"seed": 1}', '{"seed": 2}', ["seed"]),
        ("c.toml", "batch_size = 1\n", "batch_size = 2\n", ["batch-size"]),
        (".env", "", "API_TOKEN=a8Kd-02kLLq-99x\n", ["secret"]),
        ("README.md", "", "set the api_key to your own, in /home/you/x\n", []),
    ],
)
def test_other_files(path: str, old: str, new: str, expected: list[str]) -> None:
    assert rules(find_warnings(path, old, new)) == expected


def test_many_changes_are_read_in_linear_time() -> None:
    # Without bounds this takes minutes; the run's own time limit is the judge.
    old, new = "f(lr=1)\nm.eval()\nt = Compose([A(1)])\n" * 2000, "f(lr=2)\nm.train()\nt = Compose([A(2)])\n" * 2000
    assert set(rules(find_warnings("a.py", old, new))) == {"learning-rate", "train-eval", "transform"}
