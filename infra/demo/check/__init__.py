"""The main job, done over HTTP as its people would: from a founding to a council that is paid."""
