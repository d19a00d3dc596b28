"""What a photo's bytes say before anybody decodes them: its kind, its pixels, and where it ends.

Sources: JPEG (ITU-T T.81, annex B), PNG (W3C, chapters 5 and 11), WebP (RFC 9649). A file that goes
on behind its photo is two files in one, such as a photo that is an archive too, and is refused;
zeros behind it are harmless padding. Invariant: nothing here allocates more than it was given.
"""

from enum import StrEnum

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})  # TEM and the restart markers
_JPEG_END = 0xD9
_JPEG_SCAN = 0xDA
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # those are tables
_WEBP_CHUNK = 12  # where the first one begins


class ImageKind(StrEnum):
    """The kinds that are taken, by the names that Pillow has for them."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"


def kind_of(data: bytes) -> ImageKind | None:
    """Which kind of photo begins here; None: none that we take."""
    if data.startswith(b"\xff\xd8\xff"):
        return ImageKind.JPEG
    if data.startswith(_PNG):
        return ImageKind.PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return ImageKind.WEBP
    return None


def end_of(data: bytes) -> int | None:
    """Where the photo ends that begins here, in bytes; None: it does not, or it is broken."""
    kind = kind_of(data)
    if kind is ImageKind.JPEG:
        end = _jpeg_end(data)
    elif kind is ImageKind.PNG:
        end = _png_end(data)
    elif kind is ImageKind.WEBP:
        end = 8 + int.from_bytes(data[4:8], "little")
        end += end % 2  # RIFF pads to even lengths
    else:
        return None
    return end if end is not None and end <= len(data) else None


def size_of(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels, as the photo itself says; None: it does not say."""
    kind = kind_of(data)
    if kind is ImageKind.JPEG:
        return _jpeg_size(data)
    if kind is ImageKind.PNG and data[12:16] == b"IHDR" and len(data) >= 24:
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    return _webp_size(data[_WEBP_CHUNK:]) if kind is ImageKind.WEBP else None


def is_whole_photo(data: bytes) -> bool:
    """Whether these bytes are one photo from the first to the last, and nothing besides."""
    end = end_of(data)
    return end is not None and data.count(0, end) == len(data) - end


def _png_end(data: bytes) -> int | None:
    place = len(_PNG)
    while place + 12 <= len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        name = data[place + 4 : place + 8]
        place += 12 + length
        if name == b"IEND":
            return place
    return None


def _webp_size(chunk: bytes) -> tuple[int, int] | None:
    """Of the first chunk: the whole canvas, or the one picture."""
    name, body = chunk[:4], chunk[8:18]
    if len(body) < 10:
        return None
    if name == b"VP8X":
        width, height = (int.from_bytes(body[at : at + 3], "little") + 1 for at in (4, 7))
        return width, height
    if name == b"VP8L" and body[0] == 0x2F:
        packed = int.from_bytes(body[1:5], "little")
        return (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
    if name == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        width, height = (int.from_bytes(body[at : at + 2], "little") for at in (6, 8))
        return width & 0x3FFF, height & 0x3FFF
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:
            place += 1
        elif marker in _JPEG_FRAMES:
            height, width = (int.from_bytes(data[place + at : place + at + 2]) for at in (5, 7))
            return width, height
        elif marker in _JPEG_STANDALONE:
            place += 2
        elif marker in (_JPEG_SCAN, _JPEG_END):
            return None
        else:
            place += 2 + int.from_bytes(data[place + 2 : place + 4])
    return None


def _jpeg_end(data: bytes) -> int | None:
    place = 2
    while place + 2 <= len(data):
        if data[place] != 0xFF:
            return None
        marker = data[place + 1]
        if marker == 0xFF:  # fill bytes may stand before a marker
            place += 1
            continue
        place += 2
        if marker == _JPEG_END:
            return place
        if marker in _JPEG_STANDALONE:
            continue
        length = int.from_bytes(data[place : place + 2], "big")
        if length < 2:
            return None
        place += length
        if marker == _JPEG_SCAN:
            found = _next_marker(data, place)
            if found is None:
                return None
            place = found
    return None


def _next_marker(data: bytes, place: int) -> int | None:
    """Behind a scan's coded bytes, where 0xFF is followed by 0 or stands in a restart marker."""
    while True:
        place = data.find(0xFF, place)
        if place < 0 or place + 1 >= len(data):
            return None
        following = data[place + 1]
        if following == 0 or 0xD0 <= following < 0xD8:
            place += 2
        elif following == 0xFF:
            place += 1
        else:
            return place
