"""The rules, pure: no file, process or clock is touched here."""
