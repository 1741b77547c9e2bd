"""Apps of a space in the demo, and the members' activity in them."""
