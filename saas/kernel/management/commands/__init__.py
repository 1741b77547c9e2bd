"""Commands of Django and django-tenants that would do harm or nothing, each with the right one."""
