"""Does the loop close? Simulated shoppers browse the real website for weeks, with a run each night."""
