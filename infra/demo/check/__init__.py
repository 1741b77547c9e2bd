"""The main job over HTTP, from the creation of a space to a council's first transfer."""
