"""OWNERS files: what they say, and who owns a path by them."""
