"""Questions to the database, each function named by its answer, connection first."""
