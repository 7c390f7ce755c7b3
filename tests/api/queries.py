"""The words that some reads can't do without."""

NEEDED: dict[str, dict[str, str]] = {
    "preview": {"branch": "exp/one"},
    "file-sides": {"path": "first.txt"},
    "output": {"path": "first.txt", "side": "new", "cell": "0", "n": "1", "mime": "text/plain"},
}
"""By verb, as a query of a repository with a branch ``exp/one`` and a file ``first.txt``."""
