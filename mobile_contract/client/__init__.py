"""The reference client: sign-in, an outbox that loses nothing, and a live feed that resumes."""
