"""The command line, a file for each command or family; `denyut/cli.py` puts them together."""
