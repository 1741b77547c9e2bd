"""Passkeys (WebAuthn): a device that opens an account at one tap, and is its second factor."""
