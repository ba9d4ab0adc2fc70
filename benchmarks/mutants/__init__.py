"""Small faults put into this tree on purpose, by class, to see which tests notice and whether they were selected."""
