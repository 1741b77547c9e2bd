"""Addresses of the deals."""

from django.urls import path

from tenants.community.deals import views

app_name = "deals"
urlpatterns = [
    path("", views.board, name="board"),
    path("new/", views.post, name="post"),
    path("<slug:reference>/", views.detail, name="detail"),
    path("<slug:reference>/edit/", views.edit, name="edit"),
    path("<slug:reference>/close/", views.close, name="close"),
    path("<slug:reference>/vote/", views.vote, name="vote"),
    path("<slug:reference>/thank/", views.thank, name="thank"),
]
