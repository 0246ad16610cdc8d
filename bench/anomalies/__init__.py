"""How well unusual days are found: planted changes, false alarms, and other rules on the same days."""
