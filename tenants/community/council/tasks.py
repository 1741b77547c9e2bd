"""What is finished after the commit."""
