"""The room searching all others: the search, saved searches, favourites."""
