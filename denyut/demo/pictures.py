"""Photos for the demo city, drawn when it is made: nobody's picture is shipped or shown.

Four scenes of office and field work, in small variations by number. Each says on itself that it is
an example. Only the demo imports this; what people send is decoded elsewhere, in its own process.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Final, TypeAlias

SIZE: Final = (960, 720)  # pixels; 20 to 50 KB
THUMB_EDGE: Final = 320  # as the service makes them
LABEL: Final = "FOTO CONTOH"
INKS: Final = ("#1D3C78", "#22304A", "#274690")
Canvas: TypeAlias = Any  # Pillow's, which is loaded by `drawn` alone


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo as it is kept: JPEG, and of the larger one its pixels."""

    full: bytes
    thumb: bytes
    width: int
    height: int


def drawn(number: int) -> Picture:
    """The picture of this number, the same one each time."""
    from PIL import Image, ImageDraw, ImageFont  # the service itself never loads a decoder

    chance = Random(number)
    image = Image.new("RGB", SIZE, "#C9B79C")
    canvas = ImageDraw.Draw(image)
    SCENES[number % len(SCENES)](canvas, chance)
    font = ImageFont.load_default(26)
    canvas.rectangle((0, SIZE[1] - 46, 232, SIZE[1]), fill="#14213D")
    canvas.text((18, SIZE[1] - 40), LABEL, fill="#FBFAF7", font=font)
    full = _jpeg(image, 72)
    image.thumbnail((THUMB_EDGE, THUMB_EDGE))
    return Picture(full, _jpeg(image, 70), *SIZE)


def _sheet(canvas: Canvas, chance: Random, columns: tuple[int, ...], rows: int) -> None:
    """A form on a desk: a heading, ruled rows, and what somebody wrote by hand."""
    left, top = 150 + chance.randrange(-20, 20), 40 + chance.randrange(-10, 20)
    right, bottom = left + 660, top + 640
    canvas.polygon(
        [(left + 10, top + 12), (right + 14, top + 8), (right + 12, bottom), (left + 8, bottom)],
        fill="#A89878",
    )
    canvas.polygon(
        [(left, top + 6), (right, top), (right, bottom - 8), (left + 4, bottom)], fill="#FBFAF7"
    )
    canvas.rectangle((left + 190, top + 40, left + 470, top + 54), fill="#22304A")
    canvas.rectangle((left + 240, top + 66, left + 420, top + 74), fill="#8A8F9C")
    step = 500 // rows
    for row in range(rows + 1):
        y = top + 110 + row * step
        canvas.line((left + 40, y, right - 40, y), fill="#B9BDC9", width=2)
        if row < rows:
            _handwriting(canvas, chance, left + columns[0] + 10, y + step // 2, 150)
            if chance.random() < 0.8:
                _handwriting(canvas, chance, left + columns[-1] + 10, y + step // 2, 70)
    for column in (40, *columns, 620):
        canvas.line((left + column, top + 110, left + column, top + 110 + rows * step), "#B9BDC9")


def _handwriting(canvas: Canvas, chance: Random, x: int, y: int, width: int) -> None:
    points = [(x + step, y + chance.randrange(-9, 10)) for step in range(0, width, 7)]
    canvas.line(points, fill=chance.choice(INKS), width=3, joint="curve")


def _attendance(canvas: Canvas, chance: Random) -> None:
    _sheet(canvas, chance, (90, 400), 10)


def _register(canvas: Canvas, chance: Random) -> None:
    canvas.rectangle((0, 0, *SIZE), fill="#7C8A93")
    _sheet(canvas, chance, (100, 300, 420, 520), 14)


def _board(canvas: Canvas, chance: Random) -> None:
    """A board in a room, with a curve and some words on it."""
    canvas.rectangle((0, 0, SIZE[0], 560), fill="#E6DFD0")
    canvas.rectangle((0, 560, *SIZE), fill="#9C7B57")
    canvas.rectangle((100, 70, 860, 490), fill="#6B4F34")
    canvas.rectangle((116, 86, 844, 474), fill="#1F4D3A")
    for line in range(4):
        _chalk(canvas, chance, 150, 130 + line * 46, 260)
    canvas.line((500, 420, 800, 420), fill="#E9EDE6", width=4)
    canvas.line((500, 420, 500, 150), fill="#E9EDE6", width=4)
    heights = [420 - 60 * step + chance.randrange(-30, 30) for step in range(5)]
    canvas.line(
        [(500 + 70 * step, max(150, y)) for step, y in enumerate(heights)], fill="#F2C14E", width=6
    )
    for seat in range(4):
        x = 90 + seat * 210
        canvas.rectangle((x, 600, x + 150, 624), fill="#C69C6D")
        canvas.rectangle((x + 12, 624, x + 26, SIZE[1]), fill="#6B4F34")
        canvas.rectangle((x + 124, 624, x + 138, SIZE[1]), fill="#6B4F34")


def _chalk(canvas: Canvas, chance: Random, x: int, y: int, width: int) -> None:
    points = [(x + step, y + chance.randrange(-8, 8)) for step in range(0, width, 9)]
    canvas.line(points, fill="#E9EDE6", width=4)


def _office(canvas: Canvas, chance: Random) -> None:
    """An office between hills, with its flag."""
    for y in range(480):
        shade = 205 + y // 12
        canvas.line((0, y, SIZE[0], y), fill=(shade - 60, shade - 20, min(255, shade + 20)))
    for hill, colour in ((330, "#6F9A6B"), (380, "#55825A"), (430, "#3F6B49")):
        points = [(x, hill + chance.randrange(-50, 30)) for x in range(0, SIZE[0] + 120, 120)]
        canvas.polygon([(0, 520), *points, (SIZE[0], 520)], fill=colour)
    canvas.rectangle((0, 500, *SIZE), fill="#8FA867")
    canvas.rectangle((250, 350, 710, 560), fill="#F3EBDD")
    canvas.polygon([(210, 356), (480, 230), (750, 356)], fill="#A8442A")
    canvas.rectangle((440, 430, 520, 560), fill="#6B4F34")
    for x in (290, 360, 560, 630):
        canvas.rectangle((x, 420, x + 46, 480), fill="#8FB4C9")
    canvas.line((820, 560, 820, 250), fill="#DDD8CC", width=6)
    canvas.rectangle((823, 252, 900, 278), fill="#C8102E")
    canvas.rectangle((823, 278, 900, 304), fill="#FFFFFF")
    canvas.polygon([(430, 560), (530, 560), (640, SIZE[1]), (320, SIZE[1])], fill="#C9BFA8")


SCENES: Final[tuple[Callable[[Canvas, Random], None], ...]] = (
    *(_attendance, _office, _register, _board),
)


def _jpeg(image: Any, quality: int) -> bytes:
    written = io.BytesIO()
    image.save(written, "JPEG", quality=quality, optimize=True)
    return written.getvalue()
