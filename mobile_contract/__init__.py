"""What phones and screens may rely on: wire types, documents, vectors, and a reference client."""
