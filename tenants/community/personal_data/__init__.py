"""Members' personal data: a copy to download, and the log of accesses to it."""
