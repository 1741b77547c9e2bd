"""Addresses of the shelf."""

from django.urls import path

from tenants.community.mediastore import views
from tenants.community.mediastore.views import keeping, offering, touch

app_name = "mediastore"
urlpatterns = [
    path("", views.shelf, name="shelf"),
    path("here/", views.gate, name="gate"),
    path("keep/", keeping.kept, name="kept"),
    path("keep/new/", keeping.put, name="put"),
    path("keep/sponsors/", offering.sponsors, name="sponsors"),
    path("keep/sponsors/<slug:reference>/", offering.carry, name="carry"),
    path("keep/<slug:reference>/", keeping.edit, name="edit"),
    path("keep/<slug:reference>/state/", keeping.state, name="state"),
    path("keep/<slug:reference>/again/", keeping.try_again, name="try_again"),
    path("keep/<slug:reference>/withdraw/", keeping.withdraw, name="withdraw"),
    path("touch/", touch.shelf, name="touch"),
    path("touch/<slug:reference>/", touch.medium, name="touch_medium"),
    path("touch/<slug:reference>/read/<int:number>/", touch.read, name="touch_read"),
    path("touch/<slug:reference>/file/<int:number>/", touch.file, name="touch_file"),
    path("touch/<slug:reference>/picture/<int:number>/", touch.illustration, name="touch_picture"),
    path("<slug:reference>/", views.detail, name="detail"),
    path("<slug:reference>/read/<int:number>/", views.read, name="read"),
    path("<slug:reference>/file/<int:number>/", views.file, name="file"),
    path("<slug:reference>/picture/<int:number>/", views.illustration, name="illustration"),
    path("<slug:reference>/mark/", views.mark, name="mark"),
    path("<slug:reference>/borrow/", views.borrow, name="borrow"),
    path("<slug:reference>/give-back/", views.give_back, name="give_back"),
    path("<slug:reference>/stop-waiting/", views.stop_waiting, name="stop_waiting"),
]
