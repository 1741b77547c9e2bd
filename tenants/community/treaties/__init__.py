"""Things that people of nearby spaces show each other, where a treaty opens it."""
