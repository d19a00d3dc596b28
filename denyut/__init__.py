"""The front door: settings, wiring, command line, the embedded PostgreSQL and the demo city."""
