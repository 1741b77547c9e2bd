"""The web process: bodies are read whole and answers sent without a thread, pages are made by four.

`python -m saas.serving` is how it starts, in the image and in the demo alike.
"""
