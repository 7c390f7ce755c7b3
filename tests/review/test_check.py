"""What deserves a second look, in a repository: on the command line, in JSON, in a diff, silenced, and remembered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.cli import main
from jupyter_mlgit.git.repository import open_repository
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.review import checking
from jupyter_mlgit.review.diff import DiffRequest, show_diff
from jupyter_mlgit.review.file_sides import FileSidesRequest, show_file
from jupyter_mlgit.review.warnings import examine
from tests.review.test_diff import notebook

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scenario import Scenario

LOAD = "from torchvision import transforms\nx = 1\n"
WITH = "t = transforms.Compose([\n    transforms.ToTensor(),\n    transforms.Normalize((0.5,), (0.5,)),\n])\n"
WITHOUT = "t = transforms.Compose([\n    transforms.ToTensor(),\n])\n"


@pytest.fixture
def changed(scenario: Scenario) -> Scenario:
    """Gives a repository with a notebook, a script and a Dockerfile that were changed since the last commit."""
    scenario.commit(
        "base",
        {
            "train.ipynb": notebook(LOAD, "import torch", "print(x)", WITH),
            "train.py": "batch_size = 8\n",
            "conf.yaml": "lr: 0.1\n",
            "requirements.txt": "torch==2.4.0\n",
            "Dockerfile": "FROM python:3.12\n",
        },
    )
    scenario.write(
        {
            "train.ipynb": notebook(LOAD, "import torch", "print(x)", WITHOUT),
            "train.py": "batch_size = 16\n",
            "conf.yaml": "lr: 0.5\n",
            "requirements.txt": "torch\n",
            "Dockerfile": "FROM python:latest\n",
        }
    )
    return scenario


@pytest.fixture
def tell(changed: Scenario, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Gives a function that runs a command line."""

    def tell(*words: str) -> tuple[int, str, str]:
        status = main(["-C", str(changed.path), *words])
        out, err = capsys.readouterr()
        return status, out, err

    return tell


def rules(told: tuple[int, str, str]) -> list[tuple[str, str]]:
    """Gives path and rule of each warning, and checks the exit status against them."""
    status, out, err = told
    assert err == ""
    found = [(one["path"], one["rule"]) for one in json.loads(out)["warnings"]]
    assert status == (1 if found else 0)
    return found


ALL = [
    ("Dockerfile", "latest-tag"),
    ("conf.yaml", "learning-rate"),
    ("requirements.txt", "unpinned-dependency"),
    ("train.ipynb", "normalisation"),
    ("train.py", "batch-size"),
]


def test_text_and_status(tell: Any) -> None:
    status, out, err = tell("check")
    assert (status, err) == (1, "")
    lines = out.splitlines()
    assert any(one.startswith("train.ipynb cell 4, line ") and one.endswith(" [normalisation]") for one in lines), out
    assert "train.py line 1: " in out
    assert "5 warnings in 5 changed files." in lines
    assert "mlgit: ignore[" in lines[-1]
    assert "git config --add mlgit.silencedWarnings" in lines[-1]


def test_json(tell: Any) -> None:
    told = tell("check", "--json")
    assert rules(told) == ALL
    found = json.loads(told[1])["warnings"][3]
    assert (found["severity"], found["cell"]) == ("high", 3)
    assert "normalisation" in found["message"]
    assert rules(tell("check", "--json", "--path", "train.py")) == [ALL[-1]]


def test_staged_commits_and_ranges(tell: Any, changed: Scenario) -> None:
    assert rules(tell("check", "--json", "--staged")) == []
    changed.git("add", "train.py")
    assert rules(tell("check", "--json", "--staged")) == [ALL[-1]]
    assert rules(tell("check", "--json")) == ALL  # the index alone would hide what is staged
    changed.git("commit", "--quiet", "-m", "second")
    assert rules(tell("check", "--json")) == ALL[:-1]
    assert rules(tell("check", "--json", "HEAD~1..HEAD")) == [ALL[-1]]
    assert rules(tell("check", "--json", "HEAD~1", "HEAD")) == [ALL[-1]]
    assert rules(tell("check", "--json", "HEAD..HEAD")) == []
    assert tell("check", "nothing..HEAD")[0] == 1


def test_nothing_to_tell(tell: Any, changed: Scenario) -> None:
    changed.git("checkout", "--quiet", "--", ".")
    assert tell("check") == (0, "No warnings in 0 changed files.\n", "")


def test_before_the_first_commit(scenario: Scenario, capsys: pytest.CaptureFixture[str]) -> None:
    scenario.write({"a.py": "key = 'AKIAIOSFODNN7EXAMPL3'\n"})
    scenario.git("add", "a.py")
    assert main(["-C", str(scenario.path), "check", "--json"]) == 1
    assert [one["rule"] for one in json.loads(capsys.readouterr().out)["warnings"]] == ["secret"]


def test_comment_silences(tell: Any, changed: Scenario) -> None:
    changed.write({"train.py": "# mlgit: ignore[batch-size]\nbatch_size = 16\n"})
    assert rules(tell("check", "--json")) == ALL[:-1]


def test_setting_silences_at_once_and_tells_what_is_no_rule(tell: Any, changed: Scenario) -> None:
    for name in ("batch-size", "latest-tag", "no-such-rule"):
        changed.git("config", "--add", "mlgit.silencedWarnings", name)
    told = tell("check", "--json")
    assert rules(told) == ALL[1:-1]
    assert json.loads(told[1])["silenced"] == ["batch-size", "latest-tag"]
    assert json.loads(told[1])["unknownRules"] == ["no-such-rule"]
    out = tell("check")[1]
    assert "'no-such-rule', which is no rule" in out
    assert "batch-size, latest-tag" in out
    assert "[batch-size]" not in tell("diff")[1]
    changed.git("config", "--unset-all", "mlgit.silencedWarnings")
    assert rules(tell("check", "--json")) == ALL


def in_diff(scenario: Scenario, **options: Any) -> list[tuple[str, str]]:
    repo = open_repository(scenario.path)
    try:
        found = show_diff(repo, DiffRequest(**options), Context(now=0))
    finally:
        repo.close()
    return [(file.path, one.rule) for file in found.files for one in file.warnings]


@pytest.mark.parametrize("form", ["cells", "text", "raw"])
def test_diff_of_each_form(changed: Scenario, form: str) -> None:
    assert in_diff(changed, form=form) == ALL


def test_diff_without(changed: Scenario) -> None:
    assert in_diff(changed, summary=True) == []
    assert in_diff(changed, summary=True, warnings=True) == ALL
    assert in_diff(changed, warnings=False) == []


def test_diff_text_and_status(tell: Any) -> None:
    status, out, _ = tell("diff")
    assert status == 0
    assert "[normalisation]" in out
    assert "[normalisation]" not in tell("diff", "--summary")[1]
    assert "[normalisation]" not in tell("diff", "--no-warnings")[1]
    assert "[normalisation]" in tell("diff", "--summary", "--warnings")[1]


def test_one_file(changed: Scenario) -> None:
    repo = open_repository(changed.path)
    try:
        found = show_file(repo, FileSidesRequest(path="train.ipynb"), Context(now=0)).diff
    finally:
        repo.close()
    assert found is not None
    assert [(one.rule, one.cell) for one in found.warnings] == [("normalisation", 3)]


def test_what_moved_to_another_file_raises_nothing_whichever_is_asked_for(scenario: Scenario) -> None:
    function = "def evaluate(m, x):\n    m.eval()\n    with torch.no_grad():\n        return m(x)\n"
    use = "import torch\n{}\nprint(evaluate(m, x))\n"
    scenario.commit("base", {"a.py": use.format(function), "b.py": "import torch\n"})
    scenario.write({"a.py": use.format("evaluate = print")})
    assert {path for path, _ in in_diff(scenario)} == {"a.py"}
    scenario.write({"b.py": f"import torch\n\n\n{function}"})
    assert in_diff(scenario) == []
    assert in_diff(scenario, paths=("a.py",)) == []
    assert main(["-C", str(scenario.path), "check", "--path", "a.py"]) == 0


def test_each_file_is_looked_at_once(changed: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []

    def counted(change: Any) -> Any:
        looked.append(change.path)
        return examine(change)

    monkeypatch.setattr(checking, "examine", counted)
    repo = open_repository(changed.path)
    try:
        request = DiffRequest(summary=True, warnings=True)
        first = show_diff(repo, request, Context(now=0))
        assert len(looked) == len(ALL)
        assert show_diff(repo, request, Context(now=0)) == first
        assert len(looked) == len(ALL)
        changed.write({"train.py": "batch_size = 32\n"})
        repo.memory.pop("status")
        again = show_diff(repo, request, Context(now=0))
        assert looked[len(ALL) :] == ["train.py"]
        assert again != first
        monkeypatch.setattr(checking, "REMEMBERED", 2)
        show_diff(repo, request, Context(now=0))
        kept = repo.memory["warnings"]
        assert isinstance(kept, dict)
        assert len(kept) == 2
    finally:
        repo.close()


def test_what_is_too_large_is_named(tell: Any, changed: Scenario) -> None:
    changed.write({"train.py": "batch_size = 16\n" + "# more\n" * 40_000})
    told = tell("check", "--json")
    assert rules(told) == ALL[:-1]
    reason = "it has 280 kB, and 200 kB are the limit"
    assert json.loads(told[1])["unread"] == [{"path": "train.py", "reason": reason}]
    assert f"train.py: not looked into, for {reason}.\n" in tell("check")[1]
    assert "4 warnings in the 4 of 5 changed files that could be looked into." in tell("check")[1]
    assert in_diff(changed) == ALL[:-1]


@pytest.mark.parametrize(
    ("path", "content", "reason"),
    [
        ("train.ipynb", "{", "it is no valid notebook, now or before"),
        ("train.ipynb", " " * (2 * 2**20), "it has 2 MB, and 1 MB are the limit"),
        ("train.py", "def (", "it is no Python of our day, now or before"),
    ],
    ids=["broken", "large", "no-python"],
)
def test_what_could_not_be_looked_into_is_not_all_clear(
    tell: Any, changed: Scenario, monkeypatch: pytest.MonkeyPatch, path: str, content: str, reason: str
) -> None:
    monkeypatch.setattr(checking, "LARGEST_NOTEBOOK", 2**20)
    changed.write({path: content})
    for _ in range(2):  # the second time from memory
        status, out, err = tell("check", "--json", "--path", path)
        assert (status, err) == (4, "")
        found = json.loads(out)
        assert (found["warnings"], found["unread"]) == ([], [{"path": path, "reason": reason}])
    status, out, _ = tell("check", "--path", path)
    assert (status, out) == (
        4,
        f"{path}: not looked into, for {reason}.\nNo warnings in the 0 of 1 changed file that could be looked into.\n",
    )


def test_foreign_notebooks_raise_nothing(tell: Any, changed: Scenario) -> None:
    julia = json.loads(notebook(LOAD, "import torch", "print(x)", WITHOUT))
    julia["metadata"] = {"language_info": {"name": "julia"}}
    changed.write({"train.ipynb": json.dumps(julia)})
    rules(tell("check", "--json", "--path", "train.ipynb"))


def test_large_file_is_told_once(scenario: Scenario) -> None:
    scenario.commit("base", {"a.bin": "\0" * 10})
    scenario.write({"a.bin": "\0" * 11 * 2**20})
    assert in_diff(scenario) == [("a.bin", "large-file")]
    scenario.git("commit", "--quiet", "-am", "large")
    scenario.write({"a.bin": "\1" * 11 * 2**20})
    assert in_diff(scenario) == []
