"""One scenario a file; each yields its figures, round by round, interleaved with its peer's."""
