"""Measures the hot paths beside what teams would use instead, in the same run."""
