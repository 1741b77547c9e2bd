"""Addresses of a member's data."""

from django.urls import path

from tenants.community.personal_data import views

app_name = "personal_data"
urlpatterns = [
    path("", views.data, name="data"),
    path("<slug:reference>/", views.download, name="download"),
]
