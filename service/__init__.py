"""The cleaner over HTTP. Imports ``cleaner``; nothing in ``cleaner`` but ``cleaner serve`` knows of it."""
