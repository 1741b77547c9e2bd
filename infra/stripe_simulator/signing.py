"""The signature for receivers to verify the origin of a webhook."""

import hashlib
import hmac


def signature(secret: str, payload: bytes, moment: int) -> str:
    """Sign a body the way Stripe does: time and HMAC-SHA256 over both."""
    signed = f"{moment}.".encode() + payload
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"
