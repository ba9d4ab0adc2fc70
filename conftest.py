"""Hypothesis for all tests: a busy machine fails none, and CI draws the same examples each time."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "tree", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ
)
settings.load_profile("tree")
