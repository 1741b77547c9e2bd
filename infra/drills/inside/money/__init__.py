"""The inner halves of the drills of money: a town that buys, hands that are killed, a model."""
