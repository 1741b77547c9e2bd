"""The demo's town: fictional people, shops and money, made through the product's own actions."""
