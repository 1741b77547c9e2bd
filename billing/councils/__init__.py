"""Works councils: accounts, terms, shares, transfers, claims, taxes and statements."""
