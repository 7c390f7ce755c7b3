"""Storage: the only importer of dulwich. Opens, locks, decodes; knows nothing of notebooks, journal or HTTP."""
