"""Deliberately messy files, made by a script: what reading each must give stands beside it."""
