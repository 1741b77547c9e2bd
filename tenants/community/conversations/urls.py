"""Addresses of the conversations."""

from django.urls import path

from tenants.community.conversations import views

app_name = "conversations"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("begin/<slug:kind>/<slug:reference>/", views.begin, name="begin"),
    path("<slug:reference>/", views.detail, name="detail"),
]
