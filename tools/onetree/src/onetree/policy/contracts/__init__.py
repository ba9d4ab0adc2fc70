"""Import contracts: what may import what, as import-linter 2.16 understands it."""
