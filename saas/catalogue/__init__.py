"""What all spaces share: merchants, city services, and the placements that merchants buy."""
