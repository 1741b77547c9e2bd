"""From a merchant's payment to each works council's share, to the cent."""
