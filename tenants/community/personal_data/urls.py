"""Addresses of a member's data."""

from django.urls import path

from tenants.community.personal_data import views

app_name = "personal_data"
urlpatterns = [
    path("me/data/", views.data, name="data"),
    path("me/data/kept/", views.kept, name="kept"),
    path("me/data/erase/", views.erase, name="erase"),
    path("me/data/erase/back/", views.take_back, name="take_back"),
    path("me/data/<slug:reference>/", views.download, name="download"),
    path("admin/people/<str:reference>/erase/", views.erase_leaver, name="erase_leaver"),
    path("admin/people/<str:reference>/erase/back/", views.spare_leaver, name="spare_leaver"),
]
