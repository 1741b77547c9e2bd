"""The approved platform: its interface, the API of its standard, and a local stand-in."""
