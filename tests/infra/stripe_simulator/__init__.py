"""The simulator, asked as a client, a browser and a receiver of webhooks would ask it."""
