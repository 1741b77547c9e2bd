"""QR codes that a phone reads from a poster or from another phone."""

import segno


def drawing(url: str) -> bytes:
    """Draw an address as a QR code, as an SVG file."""
    code = segno.make(url, error="m", micro=False)
    svg = code.svg_inline(scale=8, border=4, dark="#000", light="#fff", title=url)
    return svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1).encode()


def vector(url: str) -> str:
    """Return the QR code of an address as an SVG drawing for a printed page."""
    code = segno.make(url, error="m", micro=False)
    svg: str = code.svg_inline(scale=8, border=2, dark="#000", light="#fff", omitsize=True)
    return svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)


def data_uri(url: str) -> str:
    """Return the QR code of an address as a data URI for the page itself."""
    code = segno.make(url, error="m", micro=False)
    uri: str = code.svg_data_uri(scale=4, border=4, dark="#000", light="#fff", omitsize=True)
    return uri
