"""The commands of ``cleaner``, one a file. Their heavy imports stand inside, so that ``cleaner --help`` answers at once."""
