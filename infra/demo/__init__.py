"""The fictional town, the passing of its time, and the check of the main job."""
