"""Where documents, keys and jobs are kept: one SQLite file, or PostgreSQL for several services at once.

``database.Store`` opens it and runs functions in transactions; ``documents``, ``keys`` and ``jobs`` hold those functions, each
taking the connection first; ``tables`` names the columns; ``migrations`` makes them.
"""
