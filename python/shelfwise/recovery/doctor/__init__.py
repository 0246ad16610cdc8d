"""`shelfwise doctor`: looks at everything, changes nothing, and says for each fault which command mends it."""
