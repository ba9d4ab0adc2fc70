"""Tests of the core, of the layout, and across drivers; the folders mirror nova/."""
