"""From stored answers to figures on a card."""
