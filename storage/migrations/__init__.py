"""Alembic's environment and the migrations. New one: `alembic revision --autogenerate -m "…"`, then read it."""
