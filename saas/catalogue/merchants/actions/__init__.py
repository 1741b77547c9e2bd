"""Actions of merchants: their shops, the members of a shop, reviews by operators."""
