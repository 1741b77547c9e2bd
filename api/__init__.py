"""The API: serializers and viewsets over actions and queries."""
