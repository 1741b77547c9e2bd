from saas.kernel.display import qr
from tenants.community.members.rules import membership as rules


def test_a_code_can_be_read_from_a_poster_and_not_be_guessed() -> None:
    codes = {rules.new_code() for _ in range(200)}

    assert len(codes) == 200
    assert all(len(code) == 12 and not set(code) & set("01iloO") for code in codes)


def test_the_poster_s_drawing_says_nothing_but_the_address() -> None:
    drawing = qr.drawing("https://moulins.troovon.example/join/abcdefghjkmn/")

    assert drawing.startswith(b'<svg xmlns="http://www.w3.org/2000/svg"')
    assert b"<script" not in drawing
    assert b"style=" not in drawing
