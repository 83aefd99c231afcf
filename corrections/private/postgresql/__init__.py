"""The private store in PostgreSQL: its tables, and copies from and to a file of SQLite."""
