"""The ways to the app: Socket Mode and signed HTTP."""
