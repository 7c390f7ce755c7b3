"""The contract: one table of verbs, served over HTTP."""
