"""What words tell: hints for the writer and aggregates, never a score."""
