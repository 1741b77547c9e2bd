"""Backups: taken by pgBackRest and restic each night, then restored for a trial and compared."""
