"""Forms of campaigns and of the wizard."""
