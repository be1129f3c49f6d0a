"""Pure: data to Block Kit, in the reader's language."""
