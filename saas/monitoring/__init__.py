"""Monitoring: incidents mailed to operators, the scheduler's heartbeat, and health probes."""
