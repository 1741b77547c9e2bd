"""The drills' inner half: what needs the whole product in order to try to break it."""
