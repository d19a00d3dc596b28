"""HTTP: one file for each resource, sign-in, and problem details. Thin: rules lie below."""
