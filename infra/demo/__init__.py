"""The fictional town, what makes time pass there, and the check of the main job."""
