"""The app's own tests, in Node: each `*.test.ts` beside what it tests."""

from denyut.web_build import built
from tests.web.apps import npm, sources


def test_every_test_of_the_app_passes() -> None:
    built(sources())  # brings the generated types
    npm("run", "--silent", "test")
