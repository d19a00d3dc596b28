"""The SQL that matters: one plpgsql function a file, its version in its name, never edited after release."""
