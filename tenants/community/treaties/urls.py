"""Addresses of what lies between neighbouring spaces."""

from django.urls import path

from tenants.community.treaties import views

app_name = "treaties"
urlpatterns = [
    path("", views.board, name="board"),
    path("pictures/<slug:token>.webp", views.picture, name="picture"),
    path("treaties/", views.treaties, name="treaties"),
    path("treaties/<slug:reference>/", views.treaty, name="treaty"),
    path("<slug:space>/<slug:reference>/", views.detail, name="detail"),
]
