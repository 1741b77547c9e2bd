"""The installation under a drill: its processes, releases, jobs and planted faults."""
