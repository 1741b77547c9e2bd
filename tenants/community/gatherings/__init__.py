"""Gatherings: sport, lunch, outing, workshop; places, waiting list, recurrence, calendar."""
