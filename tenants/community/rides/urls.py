"""Addresses of shared rides."""

from django.urls import path

from tenants.community.rides import views

app_name = "rides"
urlpatterns = [
    path("", views.board, name="board"),
    path("new/", views.offer, name="offer"),
    path("mine/", views.mine, name="mine"),
    path("bookings/<slug:reference>/accept/", views.accept, name="accept"),
    path("bookings/<slug:reference>/decline/", views.decline, name="decline"),
    path("bookings/<slug:reference>/cancel/", views.cancel_booking, name="cancel_booking"),
    path("<slug:reference>/", views.detail, name="detail"),
    path("<slug:reference>/close/", views.close, name="close"),
    path("<slug:reference>/<slug:day>/cancel/", views.cancel_departure, name="cancel_departure"),
]
