"""Composition root: settings, clock, Bolt app, scheduler, delivery, command line, health."""
