"""Writing a fitted ranker as the file that `shelfwise.scoring.ranker_file` reads."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from shelfwise.recommender.ranker import TwoStageRanker


def save_ranker(ranker: TwoStageRanker, feature_names: tuple[str, ...], path: Path) -> None:
    """Write a fitted ranker."""
    trees = [trees_of_round[0].nodes for trees_of_round in ranker.trees_._predictors]
    nodes = np.concatenate(trees)
    calibrator = ranker.calibrator_
    np.savez_compressed(
        path,
        feature_names=np.array(feature_names),
        feature=ranker.used_features_[nodes["feature_idx"]].astype(np.int32),
        threshold=nodes["num_threshold"],
        missing_left=nodes["missing_go_to_left"].astype(np.bool_),
        left=nodes["left"].astype(np.int32),
        right=nodes["right"].astype(np.int32),
        is_leaf=nodes["is_leaf"].astype(np.bool_),
        value=nodes["value"],
        tree_starts=np.cumsum([0, *(len(tree) for tree in trees)]),
        intercept=float(ranker.trees_._baseline_prediction.ravel()[0] + np.log(ranker.negative_share_)),
        calibration_scores=np.array([]) if calibrator is None else calibrator.X_thresholds_,
        calibration_probabilities=np.array([]) if calibrator is None else calibrator.y_thresholds_,
    )
