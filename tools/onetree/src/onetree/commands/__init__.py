"""One command per file; each returns a report value, and printing is elsewhere."""
