"""The host agent's use cases: run operations on a driver, report facts, reconcile what runs with what should run.

May import nova.driverapi and nova.domain. It has no database: what should be, and where results go, are ports.
"""
