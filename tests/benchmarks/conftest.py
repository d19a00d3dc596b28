"""Measurements drive the same browser as the tests of the app do, and are left out with them."""

from tests.web.conftest import browser as browser
from tests.web.conftest import pytest_collection_modifyitems as pytest_collection_modifyitems
