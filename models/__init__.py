"""What is true: tables, queries, migrations, and the pure rules they rest on."""
