"""SQLAlchemy: takes and returns appraisal dataclasses, never rows."""
