"""What every server of ours has in common: how it listens, its errors, its headers, what browsers may keep."""
