"""How Troovon looks: its writing, its colours, its drawings."""
