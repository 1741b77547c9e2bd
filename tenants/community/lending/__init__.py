"""The room of things that members and the council lend."""
