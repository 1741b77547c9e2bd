"""Offers of rooms to the home page and to the shelf."""
