"""Monitoring: troubles that wake operators, the clock's heartbeat, and what a probe is told."""
