"""The tables, one aggregate a file. They describe rows and validate nothing: wire types do."""
