"""Councils on the console: their papers, people and claims."""
