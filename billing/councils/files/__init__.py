"""Files as they are written: PDF, XML, CSV, text."""
