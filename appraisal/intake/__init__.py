"""Bytes of a file to (rows, problems)."""
