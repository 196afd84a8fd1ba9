"""Grow a forest of decision trees that reads digits."""

import argparse
import json
import os
from pathlib import Path

import joblib
import numpy as np
from sklearn.ensemble import RandomForestClassifier

parser = argparse.ArgumentParser()
parser.add_argument("--trees", type=int, default=10)
parser.add_argument("--depth", type=int, default=10)
options = parser.parse_args()

train = np.loadtxt("/opt/ml/input/data/train/digits.csv", delimiter=",")
test = np.loadtxt("/opt/ml/input/data/test/digits.csv", delimiter=",")

forest = RandomForestClassifier(warm_start=True, max_depth=options.depth, random_state=0)
for trees in np.linspace(1, options.trees, 5).astype(int):
    forest.set_params(n_estimators=trees)
    forest.fit(train[:, 1:], train[:, 0])
    print(f"trees={trees} accuracy={forest.score(test[:, 1:], test[:, 0]):.4f}")

joblib.dump(forest, Path(os.environ["SM_MODEL_DIR"]) / "forest.joblib")
answers = forest.predict(test[:, 1:]).astype(int).tolist()
Path(os.environ["SM_OUTPUT_DATA_DIR"], "answers.json").write_text(json.dumps(answers))
