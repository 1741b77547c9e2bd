"""From an event, a call or a difference to the room that knows what to do."""
