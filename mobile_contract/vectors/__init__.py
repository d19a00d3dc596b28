"""Golden examples: what the wire looks like, for every client in every language to replay."""
