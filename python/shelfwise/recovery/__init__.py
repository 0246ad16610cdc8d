"""When something has gone wrong: finding out what, going back, and keeping what is needed for it."""
