"""A local Slack: Web API, Socket Mode or signed HTTP, and a page on which people act. Knows no particular app."""
