from hypothesis import settings

# A busy machine is not a bug: time is checked only where a test says so.
settings.register_profile("calm", deadline=None)
settings.load_profile("calm")
