"""Use cases: one function is one intent of one user in one transaction."""
