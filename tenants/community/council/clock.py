"""Nothing of this room begins by itself."""
