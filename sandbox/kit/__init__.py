"""Block Kit: the shapes of blocks and elements, what Slack refuses, what people fill in."""
