"""The SQL that matters: one function a file, versioned in its name, fixed once released."""
