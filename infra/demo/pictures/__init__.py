"""Pictures of the things that people of the demo offer, drawn instead of photographed."""
