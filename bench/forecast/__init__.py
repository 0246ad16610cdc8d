"""How well the past was foretold: ours beside the baselines, on Online Retail and the sample shop."""
