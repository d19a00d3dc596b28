"""Photos for tests: real ones, and files that only look like one."""

import io
import struct
import zlib

from PIL import Image

GPS_IFD, LATITUDE, MODEL = 0x8825, 2, 0x0110
PLACE = "Kamera Rahasia"


def photo(
    width: int = 640, height: int = 480, kind: str = "JPEG", *, colour: str = "teal"
) -> bytes:
    """A photo that says where and with what it was taken, lying on its side when it is a JPEG."""
    picture = Image.new("RGB", (width, height), colour)
    exif = Image.Exif()
    exif[MODEL] = PLACE
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(GPS_IFD)[LATITUDE] = (6.0, 54.0, 0.0)
    written = io.BytesIO()
    if kind == "JPEG":
        picture.save(written, kind, exif=exif, comment=PLACE.encode(), quality=95)
    else:
        picture.save(written, kind)
    return written.getvalue()


def noise(width: int, height: int) -> bytes:
    """A JPEG that takes many bytes, since nothing in it repeats."""
    written = io.BytesIO()
    Image.effect_noise((width, height), 90).convert("RGB").save(written, "JPEG", quality=95)
    return written.getvalue()


def pixel_bomb(edge: int = 30_000) -> bytes:
    """A small PNG that would need gigabytes once decoded."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", edge, edge, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(3 * edge + 1) * 10, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def webp_bomb(edge: int = 16_383, *, canvas: bool = False) -> bytes:
    """A WebP of fifty bytes that claims a quarter of a billion pixels, by either of its words."""
    if canvas:
        sides = (edge - 1).to_bytes(3, "little") * 2
        chunk = b"VP8X" + struct.pack("<I", 10) + b"\x00\x00\x00\x00" + sides
    else:
        packed = (edge - 1) | (edge - 1) << 14
        chunk = b"VP8L" + struct.pack("<I", 26) + b"\x2f" + struct.pack("<I", packed) + bytes(21)
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def film() -> bytes:
    """An animation in a format of photos."""
    written = io.BytesIO()
    pictures = [Image.new("RGB", (32, 32), colour) for colour in ("red", "blue", "green")]
    pictures[0].save(written, "PNG", save_all=True, append_images=pictures[1:], duration=100)
    return written.getvalue()
