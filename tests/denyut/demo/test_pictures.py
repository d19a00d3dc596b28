"""Pictures of the demo: real ones, the same each time, without a word about where."""

import io
import subprocess
import sys

import pytest
from PIL import Image

from denyut.demo.pictures import SCENES, SIZE, THUMB_EDGE, drawn
from models.rules.images import ImageKind, is_whole_photo, kind_of


@pytest.mark.parametrize("number", range(len(SCENES)))
def test_a_picture_is_a_small_photo_in_two_sizes(number: int) -> None:
    picture = drawn(number)
    assert (picture.width, picture.height) == SIZE
    for data, edge in ((picture.full, max(SIZE)), (picture.thumb, THUMB_EDGE)):
        assert kind_of(data) is ImageKind.JPEG
        assert is_whole_photo(data)
        with Image.open(io.BytesIO(data)) as seen:
            assert max(seen.size) == edge
            assert not seen.getexif()
    assert len(picture.thumb) < len(picture.full) < 100_000


def test_a_service_that_draws_nothing_loads_no_decoder() -> None:
    asked = "import sys, denyut.cli; assert 'PIL' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", asked]).returncode == 0


def test_each_number_has_its_own_and_the_same_each_time() -> None:
    assert drawn(3) == drawn(3)
    assert len({drawn(number).full for number in range(8)}) == 8
