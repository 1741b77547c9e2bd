"""Figures for Prometheus: counts of all processes added up, and the state of the installation."""
