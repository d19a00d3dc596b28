"""What an installation may choose, and what makes no sense."""

import pytest

from models.rules.appraising import AppraisalOptions
from models.rules.ratings import ASSUMED


def test_the_assumed_numbers_are_the_domains():
    options = AppraisalOptions()
    assert options.bands == ASSUMED
    assert (options.bands.meets_from, options.bands.above_over) == (80.0, 110.0)
    assert (options.tolerance, options.at_least) == (0.15, 10)


def test_a_tolerance_is_a_share():
    with pytest.raises(ValueError, match="share"):
        AppraisalOptions(tolerance=15)
