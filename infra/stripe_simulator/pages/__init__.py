"""The HTML pages: checkout, onboarding, and the simulator's dashboard."""
