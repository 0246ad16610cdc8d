"""What scores products for a visitor, the same in training as in serving: session index, candidates, fitted trees.

Needs numpy and scipy's sparse matrices alone, so that a server starts without scikit-learn.
"""
