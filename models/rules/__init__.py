"""Pure rules: decisions without I/O, importing nothing but the standard library."""
