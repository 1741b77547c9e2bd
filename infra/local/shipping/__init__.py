"""Image, containers and list of packages for an installation."""
