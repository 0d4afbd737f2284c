"""Cleaners against hand-cleaned truth: samples in, figures out."""
