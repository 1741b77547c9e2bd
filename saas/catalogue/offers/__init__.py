"""Offers of merchants that are redeemed at their till by a code without a name."""
