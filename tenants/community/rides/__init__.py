"""Rides that colleagues share: seats, requests, detours, and costs within the law."""
