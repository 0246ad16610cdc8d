"""The recommender beside others on files that anybody can bring; docs/benchmark.md tells how to read it."""
