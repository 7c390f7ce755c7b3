"""Shows each command once as one types it; ``--help`` ends with it, and with what a script may go by."""

EXAMPLES = {
    "status": "status",
    "deleted": "deleted --all",
    "preview": "preview exp/lr-3e4",
    "restore": "restore exp/lr-3e4 --as exp/again",
    "patch": "patch --mail main..HEAD",
    "pin": "pin exp/lr-3e4",
    "unpin": "unpin exp/lr-3e4",
    "timeline": "timeline --ref main -n 20",
    "retention": "retention --pins 180",
    "backup": "backup -m 'before lunch'",
    "backups": "backups -n 5",
    "backup-restore": "backup-restore 1f3a9c train.ipynb",
    "setup": "setup --hook",
    "operations": "operations -n 5",
    "undo": "undo --dry-run",
    "redo": "redo",
    "recover": "recover --roll-back",
    "branches": "branches --remotes",
    "branch-create": "branch-create exp/lr-1e3 HEAD~2",
    "branch-delete": "branch-delete exp/lr-1e3",
    "branch-rename": "branch-rename exp/lr-1e3 exp/slow",
    "switch": "switch -c exp/lr-1e3 main",
    "log": "log main -n 5",
    "reset": "reset --hard HEAD~1 --dry-run",
    "diff": "diff HEAD -- train.ipynb",
    "discard": "discard train.ipynb data/",
    "gpu": "gpu",
    "gpu-test": "gpu-test --kernel ml",
    "doctor": "doctor --kernel ml",
    "volume": "volume",
    "check": "check main...exp/lr-1e3",
    "trust": "trust --list",
    "sample": "sample /tmp/project",
}
"""Each command with its words."""


STATUSES = {
    "check": "0 where there is nothing to warn of, 1 where there is, 4 where there is not, "
    "but some source could not be looked into (too large, no valid notebook, no Python that can be parsed)",
    "doctor": "0 also where something is wrong: the answer says what; 1 where -C names no folder. "
    "For a script, 'gpu-test' tells whether torch can compute",
    "gpu": "0 also where there is no GPU: the answer says why; 1 where -C names no folder",
    "gpu-test": "0 where torch computed on the GPU, 1 where it did not or was not asked",
}
"""Commands whose exit status says something else than that they have done what they should."""


def status_of(verb: str) -> str:
    """Gives the line for a help text."""
    return f"Exit status: {STATUSES.get(verb, '0 done, 1 refused or failed')}; 2 wrong usage."


def example_of(verb: str) -> str:
    """Gives the line for a help text; empty for a command that has none."""
    return f"Example: jupyter mlgit {EXAMPLES[verb]}" if verb in EXAMPLES else ""
