"""Sentences about a state: the event, the next step and its time, for each kind of reader."""
