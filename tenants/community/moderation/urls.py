"""Addresses of moderation."""

from django.urls import path

from tenants.community.moderation import views

app_name = "moderation"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("log/", views.log, name="log"),
    path("log/log.csv", views.log_sheet, name="log_sheet"),
    path("charter/", views.charter, name="charter"),
    path("charter/new/", views.publish_charter, name="publish_charter"),
    path("mine/", views.mine, name="mine"),
    path("report/<slug:kind>/<slug:reference>/", views.report, name="report"),
    path("about/<slug:kind>/<slug:reference>/", views.about, name="about"),
    path("cases/<slug:reference>/", views.case, name="case"),
    path("cases/<slug:reference>/<slug:token>.webp", views.picture, name="picture"),
    path("<slug:reference>/", views.decision, name="decision"),
]
