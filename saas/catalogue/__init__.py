"""Rooms that all spaces share: merchants, city services, and placements."""
