"""The recommender beside other methods on two open data sets, by the command that anybody has for their own."""
