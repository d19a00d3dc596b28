"""The tables, one aggregate a file. They describe rows; they never validate input (wire types do)."""
