"""Actions of merchants: their shops, the people of a shop, what operators see of it."""
