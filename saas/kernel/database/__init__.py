"""Below Django's models: SQL files, cached statements, guards of rows."""
