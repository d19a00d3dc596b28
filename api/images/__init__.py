"""Photos made harmless: decoded and written anew, without metadata, in a bounded process."""
