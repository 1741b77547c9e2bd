"""Spaces: what a tenant is, and the rooms that stand in each one."""
