"""Servers that exist in memory only: for tests, for trying things out, and for measuring the service around drivers."""
