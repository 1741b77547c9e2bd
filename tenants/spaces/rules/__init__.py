"""Rules of foundings, walking distances, and rounded numbers of people."""
