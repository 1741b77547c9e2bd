"""The pages that people see: checkout, onboarding, and what the simulator knows."""
