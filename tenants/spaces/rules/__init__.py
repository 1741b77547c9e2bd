"""Rules of foundings, of how far a walk is, and of how many people we say there are."""
