"""The drills' inner half: code that needs the whole product in order to try to break it."""
