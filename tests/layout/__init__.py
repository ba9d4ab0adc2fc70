"""Tests of the tree itself: its contracts, its folders, its hooks."""
