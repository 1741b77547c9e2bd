"""Flow diagram of a month's money: merchants, deductions, the council's share and its use."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from saas.kernel.display.drawing import Amount, at

WIDTH = 940
BAR = 14
LEFT, TRUNK, RIGHT, FAR = 10, 330, 630, 905
TALL = 226
THINNEST = 1.5
LABEL_ROOM = 32


@dataclass(frozen=True, slots=True)
class Ribbon:
    """Band between two bars; its height is its cents times a common factor."""

    path: str
    tone: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A standing bar."""

    x: str
    y: str
    height: str
    tone: str


@dataclass(frozen=True, slots=True)
class Label:
    """A name and its amount beside a bar."""

    x: str
    y: str
    y_amount: str
    anchor: str
    amount: Amount

    @property
    def strong(self) -> bool:
        """Return True for the council's own amounts, which are emphasised."""
        return self.anchor == "end"


@dataclass(frozen=True, slots=True)
class Part:
    """Line of the same figures for a narrow screen, with its percentage of the whole."""

    name: str
    cents: int
    percent: str
    tone: str
    nested: bool


@dataclass(frozen=True, slots=True)
class Flow:
    """Flow of money: its sources, the deductions, and the use of the rest."""

    height: str
    collected: Amount
    share: Amount
    fates: tuple[Amount, ...]
    ribbons: tuple[Ribbon, ...]
    bars: tuple[Bar, ...]
    labels: tuple[Label, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class _Block:
    """An amount that has found its place in a column."""

    amount: Amount
    x: int
    y: float
    height: float
    tone: str


@dataclass(frozen=True, slots=True)
class _Layout:
    """Every amount in its column."""

    sources: tuple[_Block, ...]
    trunk: _Block
    share: _Block
    costs: tuple[_Block, ...]
    fates: tuple[_Block, ...]

    @property
    def blocks(self) -> tuple[_Block, ...]:
        """All of them, from left to right."""
        return (*self.sources, self.trunk, self.share, *self.costs, *self.fates)


def flow(
    *,
    sources: Sequence[Amount],
    collected: Amount,
    share: Amount,
    costs: Sequence[Amount],
    fates: Sequence[Amount],
) -> Flow | None:
    """Draw the month of a council; nothing is drawn where nothing came in or a sum is negative."""
    _check_sum(collected, sources)
    _check_sum(collected, [share, *costs])
    _check_sum(share, fates)
    if collected.cents <= 0 or any(sum_.cents < 0 for sum_ in (*sources, share, *costs, *fates)):
        return None
    layout = _lay_out(sources=sources, collected=collected, share=share, costs=costs, fates=fates)
    return Flow(
        height=at(_bottom_of(layout.blocks) + 8),
        collected=collected,
        share=share,
        fates=tuple(fates),
        ribbons=tuple(_ribbons(layout)),
        bars=tuple(_bar(block) for block in layout.blocks),
        labels=tuple(_labels(layout)),
        parts=tuple(_parts(layout, collected)),
    )


def _check_sum(whole: Amount, parts: Sequence[Amount]) -> None:
    """Raise ValueError if the figures of a drawing do not add up."""
    total = sum(part.cents for part in parts)
    if total != whole.cents:
        raise ValueError(f"{whole.name}: {total} cents beside {whole.cents}.")


def _lay_out(
    *,
    sources: Sequence[Amount],
    collected: Amount,
    share: Amount,
    costs: Sequence[Amount],
    fates: Sequence[Amount],
) -> _Layout:
    """Return the position of every amount, with the same factor for all."""
    factor = TALL / collected.cents
    left = _column([source for source in sources if source.cents], x=LEFT, y=18, factor=factor)
    first, *rest = _column([share, *costs], x=RIGHT, y=20, factor=factor)
    far = _column([fate for fate in fates if fate.cents], x=FAR, y=12, factor=factor)
    bottom = _bottom_of((*left, first, *rest, *far))
    trunk = _Block(collected, TRUNK, max(52, (bottom - TALL) / 2), TALL, "f-ink")
    return _Layout(left, trunk, first, tuple(rest), far)


def _column(amounts: Sequence[Amount], *, x: int, y: float, factor: float) -> tuple[_Block, ...]:
    """Stack amounts, leaving each the room that its label needs."""
    blocks: list[_Block] = []
    for amount in amounts:
        tone = {LEFT: "f-accent", FAR: "f-sun"}.get(x, "f-edge" if blocks else "f-sun")
        blocks.append(_Block(amount, x, y, amount.cents * factor, tone))
        y += max(blocks[-1].height + 20, _room_for(blocks[-1]))
    return tuple(blocks)


def _room_for(block: _Block) -> float:
    """Return the height of a block with its label."""
    under = block.x == FAR and block.height < LABEL_ROOM
    return block.height + LABEL_ROOM + 8 if under else LABEL_ROOM + 6


def _bottom_of(blocks: Sequence[_Block]) -> float:
    """Find where the lowest block or label ends."""
    return max(block.y + max(block.height, _room_for(block)) for block in blocks)


def _ribbons(layout: _Layout) -> Iterator[Ribbon]:
    """Draw the bands: sources into the trunk, the trunk into share and costs, share into fates."""
    y = layout.trunk.y
    for source in layout.sources:
        yield Ribbon(_band(source, layout.trunk, begins=source.y, ends=y), "fl-accent")
        y += source.height
    y = layout.trunk.y
    for end in (layout.share, *layout.costs):
        tone = "fl-sun" if end is layout.share else "fl-grey"
        yield Ribbon(_band(layout.trunk, end, begins=y, ends=end.y, height=end.height), tone)
        y += end.height
    y = layout.share.y
    for fate in layout.fates:
        yield Ribbon(_band(layout.share, fate, begins=y, ends=fate.y, height=fate.height), "fl-sun")
        y += fate.height


def _band(
    start: _Block, end: _Block, *, begins: float, ends: float, height: float | None = None
) -> str:
    """Return the path of a curved band from a bar to another."""
    left, right = start.x + BAR, end.x
    half = at((left + right) / 2)
    tall = max(start.height if height is None else height, THINNEST)
    return (
        f"M{left} {at(begins)}C{half} {at(begins)} {half} {at(ends)} {right} {at(ends)}"
        f"V{at(ends + tall)}C{half} {at(ends + tall)} {half} {at(begins + tall)} "
        f"{left} {at(begins + tall)}Z"
    )


def _bar(block: _Block) -> Bar:
    """Return the bar of a block, where its bands meet."""
    return Bar(str(block.x), at(block.y), at(max(block.height, THINNEST)), block.tone)


def _labels(layout: _Layout) -> Iterator[Label]:
    """Yield the label of each bar: its name and its amount."""
    for block in (*layout.sources, *layout.costs):
        y = block.y + block.height / 2 - 1
        yield _label(block, x=block.x + BAR + 8, y=max(y, block.y + 5), anchor="start")
    yield _label(layout.trunk, x=TRUNK + BAR + 10, y=layout.trunk.y - 22, anchor="start")
    for block in (layout.share, *layout.fates):
        thin = block.height < LABEL_ROOM
        y = block.y + block.height + 14 if thin else block.y + block.height / 2 - 2
        yield _label(block, x=block.x - 8, y=y, anchor="end")


def _label(block: _Block, *, x: float, y: float, anchor: str) -> Label:
    """Write a name, and its amount on the line below."""
    return Label(at(x), at(y), at(y + 15), anchor, block.amount)


def _parts(layout: _Layout, collected: Amount) -> Iterator[Part]:
    """Yield the same figures as lines of a list."""
    nested = set(layout.fates)
    for block in (layout.trunk, *reversed(layout.costs), layout.share, *layout.fates):
        amount = block.amount
        percent = max(1, 100 * amount.cents / collected.cents) if amount.cents else 0
        tone = "f-accent" if block is layout.trunk else block.tone
        yield Part(amount.name, amount.cents, at(percent), tone, block in nested)
