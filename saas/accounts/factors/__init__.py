"""Second factors: an authenticator app with recovery codes, for members, merchants, operators."""
