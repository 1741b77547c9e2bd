"""The room that looks into all others: one search, searches that are kept, favourites."""
