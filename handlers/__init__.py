"""Slack in: payloads to services, answers back."""
