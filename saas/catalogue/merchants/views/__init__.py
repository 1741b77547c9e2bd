"""Views of the desk: the shop and its page, its people."""
