"""Icons, fonts and demo pictures, made from packages and by code; nothing of it is kept in git."""
