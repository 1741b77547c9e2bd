"""The way to the company's provider and back, and the pages on which it is set up."""
