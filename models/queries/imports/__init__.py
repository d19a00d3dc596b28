"""Bringing a government's own lists in: units, employees, supervision and leave from CSV files."""
