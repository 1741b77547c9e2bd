"""Addresses of what lies around, and of what is placed here."""

from django.urls import path

from tenants.community.neighbourhood import views

app_name = "neighbourhood"
urlpatterns = [
    path("", views.home, name="home"),
    path("seen/", views.seen, name="seen"),
    path("go/<str:reference>/", views.click, name="click"),
    path("why/<str:reference>/", views.why, name="why"),
    path("city/<slug:slug>/", views.service, name="service"),
    path("pictures/<slug:room>/<str:file>", views.picture, name="picture"),
    path("touch/", views.touch, name="touch"),
    path("touch/city/<slug:slug>/", views.touch_service, name="touch_service"),
    path("touch/shops/<slug:slug>/", views.touch_merchant, name="touch_merchant"),
    path("<slug:slug>/", views.merchant, name="merchant"),
]
