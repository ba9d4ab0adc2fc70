"""A compute service: servers run on hypervisors of many kinds, each behind a driver that is one folder."""
