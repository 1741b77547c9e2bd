"""Harmful or useless commands of Django and django-tenants, each with the right command."""
