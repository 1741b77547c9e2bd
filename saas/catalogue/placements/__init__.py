"""Campaigns of merchants: flights, creatives, prices, and how often they were seen."""
