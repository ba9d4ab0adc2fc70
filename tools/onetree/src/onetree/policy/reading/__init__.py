"""How settings, globs and JSON are read, with the place of every mistake."""
