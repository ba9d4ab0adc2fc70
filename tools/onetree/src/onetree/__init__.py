"""onetree: makes one source tree safe for many owners."""

__version__ = "0.1.0"
