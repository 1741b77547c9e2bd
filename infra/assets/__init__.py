"""Icons and fonts, made from packages and by code; nothing of it is kept in git."""
