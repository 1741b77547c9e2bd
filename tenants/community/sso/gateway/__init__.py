"""The border of signing in by a company: its provider is asked, and its tokens are proven, here."""
