# Run after program.R in this folder: python3 program.py >> listing.txt. Appends scipy's Brunner-Munzel test.
import csv
import sys

import scipy
from scipy.stats import brunnermunzel

cases = {}
for row in csv.DictReader(open("data.csv")):
    cases.setdefault(row["case"], {"a": [], "b": []})[row["group"]].append(float(row["value"]))
with open("expected.csv", "a") as out:
    for case, x in cases.items():
        if len(x["a"]) < 2 or len(set(x["a"] + x["b"])) == 1:
            continue
        # scipy's statistic is positive where the second sample is larger.
        w, p = brunnermunzel(x["a"], x["b"])
        print(case, repr(w), repr(p))
        options = "law=brunner_munzel;scale=plain;level=0.95"
        source = f"scipy {scipy.__version__} brunnermunzel"
        out.write(f"{case},{options},statistic,{-w!r},1e-09,{source}\n{case},{options},p_two_sided,{p!r},1e-09,{source}\n".replace("np.float64(", "").replace(")", ""))
print("scipy", scipy.__version__, "python", sys.version.split()[0])
