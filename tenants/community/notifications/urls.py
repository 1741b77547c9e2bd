"""Addresses of the notifications, and what a phone asks of a space that it installs."""

from django.urls import path

from tenants.community.notifications import views

app_name = "notifications"
urlpatterns = [
    path("notifications/", views.lists, name="lists"),
    path("notifications/read/", views.read_all, name="read_all"),
    path("notifications/switches/", views.switches, name="switches"),
    path("notifications/digests/", views.resume_digests, name="resume_digests"),
    path("notifications/mails/", views.resume_mails, name="resume_mails"),
    path("notifications/devices/", views.add_device, name="add_device"),
    path("notifications/devices/<slug:reference>/", views.remove_device, name="remove_device"),
    path("notifications/follow/<str:token>/", views.follow, name="follow"),
    path("notifications/unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("notifications/<slug:reference>/", views.open_one, name="open"),
    path("notifications/<slug:reference>/read/", views.read, name="read"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("sw.js", views.service_worker, name="service_worker"),
    path("offline/", views.offline, name="offline"),
]
