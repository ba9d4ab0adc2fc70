"""Subsystems: their manifests, which path is whose, and who depends on a change."""
