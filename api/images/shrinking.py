"""A photo written anew, at its right size and without a word about where and when it was taken.

Runs in a process of its own (`python -m api.images.shrinking`), which takes away its own means
before it looks at the file: memory, processor time, the size of files, other processes.
One JSON line tells what came of it: `refused` is about the file, `failed` about this machine.
Invariants: pixels are counted before they are decoded; the bytes that are kept were written by our
encoder, so nothing of the original's but its picture is in them.
"""

import errno
import json
import resource
import sys
import warnings
from pathlib import Path
from typing import Any, Final

from models.rules.images import is_whole_photo, kind_of, size_of

FULL_EDGE: Final = 2_048  # pixels; enough to read a form that was photographed
THUMB_EDGE: Final = 320  # pixels; twice the width of a card's picture
FULL_QUALITY: Final = 82
THUMB_QUALITY: Final = 70
MOST_MEMORY_BYTES: Final = 671_088_640  # of addresses; 50 million pixels take 150–250 MB
MOST_CPU_S: Final = 20
MOST_WRITTEN_BYTES: Final = 16_777_216
_SCALED_AS_THEY_ARE: Final = frozenset({"RGB", "RGBA", "L", "LA", "CMYK", "YCbCr"})


class Refused(Exception):
    """The file is nothing that we keep; the text is the code of the refusal."""


def bounded() -> None:
    """Takes away what a picture does not need."""
    for what, most in (
        (resource.RLIMIT_AS, MOST_MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, MOST_WRITTEN_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(what, (most, most))
    # The signal of the lower one says what it was; the higher one would only say "killed".
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S + 1))


def shrunk(source: Path, full: Path, thumb: Path, most_pixels: int) -> dict[str, Any]:
    """Writes both sizes as JPEG; what is kept: `media_type`, `width`, `height`. Raises Refused."""
    data = source.read_bytes()
    kind = kind_of(data)
    size = size_of(data)
    if kind is None or size is None or not is_whole_photo(data):
        raise Refused("image_unreadable")
    if size[0] * size[1] > most_pixels:  # some decoders ask for memory as soon as they are opened
        raise Refused("image_too_large")
    del data
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # we count ourselves, and refuse earlier than its warning
    try:
        with warnings.catch_warnings(), Image.open(source, formats=[kind.value]) as opened:
            warnings.simplefilter("error")
            if opened.width * opened.height > most_pixels:  # it may read the file otherwise
                raise Refused("image_too_large")
            if getattr(opened, "n_frames", 1) != 1:
                raise Refused("image_unreadable")  # a film is no photo
            # Made small first, so that there is one large picture in memory and no copy of it.
            first = opened if opened.mode in _SCALED_AS_THEY_ARE else _flat(opened)
            first.thumbnail((FULL_EDGE, FULL_EDGE), Image.Resampling.LANCZOS, reducing_gap=3.0)
            picture = _flat(ImageOps.exif_transpose(first))
    except (Refused, MemoryError):
        raise
    except Warning as error:
        raise Refused("image_too_large") from error
    except OSError as error:
        if error.errno is not None:  # the disk's word and not the decoder's
            raise
        raise Refused("image_unreadable") from error
    except Exception as error:  # decoders break in many ways, and each is about the file
        raise Refused("image_unreadable") from error
    width, height = picture.size
    picture.save(full, "JPEG", quality=FULL_QUALITY, optimize=True, progressive=True)
    picture.thumbnail((THUMB_EDGE, THUMB_EDGE), Image.Resampling.LANCZOS)
    picture.save(thumb, "JPEG", quality=THUMB_QUALITY, optimize=True)
    return {"media_type": "image/jpeg", "width": width, "height": height}


def _flat(picture: Any) -> Any:
    """On white, in plain colours, with nothing that the file said besides."""
    from PIL import Image

    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        flat = Image.new("RGB", layer.size, "white")
        flat.paste(layer, mask=layer)
    else:
        flat = picture.convert("RGB")
    flat.info = {}
    return flat


def answered(arguments: list[str]) -> dict[str, Any]:
    """What a request comes to: `[source, full, thumb, most_pixels]`."""
    source, full, thumb, most_pixels = arguments
    try:
        return shrunk(Path(source), Path(full), Path(thumb), int(most_pixels))
    except Refused as refused:
        return {"refused": str(refused)}
    except MemoryError:
        return {"refused": "image_too_large"}
    except OSError as error:
        if error.errno == errno.EFBIG:
            return {"refused": "image_too_large"}
        return {"failed": str(error)}


if __name__ == "__main__":
    bounded()
    print(json.dumps(answered(sys.argv[1:])))
