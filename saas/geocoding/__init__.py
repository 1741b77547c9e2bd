"""Postal addresses and their coordinates: the French address base (BAN), or a geocoder."""
