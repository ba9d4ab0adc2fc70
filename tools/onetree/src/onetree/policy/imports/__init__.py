"""Imports: read from source, from single lines, and as a graph."""
