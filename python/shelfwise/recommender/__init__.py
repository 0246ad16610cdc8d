"""Recommendations in two stages: SQL proposes candidates and their features, a scikit-learn ranker orders them.

`python -m shelfwise.recommender --run-dir DIR` trains, evaluates and scores; docs/recommender.md tells the whole.
"""
