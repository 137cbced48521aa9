# Run in this folder: python program.py > listing.txt
import csv, os, sys
ROWS = []
def add(case, options, key, value, tolerance, source):
    ROWS.append([case, options, key, value if isinstance(value, str) else repr(float(value)), tolerance, source])
def finish(*modules):
    with open("expected.csv", "w", newline="") as f:
        w = csv.writer(f, lineterminator="\n"); w.writerow("case,options,key,value,tolerance,source".split(",")); w.writerows(ROWS)
    print("\n", len(ROWS), "expected values written"); print("Python", sys.version.split()[0])
    for m in modules: print(m.__name__, m.__version__)
def data(columns, make):
    if not os.path.exists("data.csv"):
        with open("data.csv", "w", newline="") as f:
            w = csv.writer(f, lineterminator="\n"); w.writerow(columns); w.writerows(make)
    return list(csv.DictReader(open("data.csv")))
import numpy, statsmodels
from statsmodels.stats.inter_rater import cohens_kappa
# data.csv: case, row, column, count. anxiety: Fleiss, Cohen & Everitt (1969), psychiatric diagnoses, printed kappa 0.429;
# the rest invented.
TABLES = dict(two=[[20, 5], [10, 15]], anxiety=[[53, 5, 2], [11, 14, 5], [1, 6, 3]], ordered=[[11, 4, 1, 0], [3, 17, 6, 1], [0, 5, 22, 4], [1, 0, 3, 14]],
    disagree=[[0, 9], [8, 0]], empty_category=[[6, 0, 2], [0, 0, 0], [1, 0, 7]], large=[[4000, 300, 20], [280, 3500, 310], [33, 290, 2900]])
make = [[k, i + 1, j + 1, c] for k, t in TABLES.items() for i, r in enumerate(t) for j, c in enumerate(r)] + [["same", 1, 1, 5], ["same", 1, 2, 0], ["same", 2, 1, 0], ["same", 2, 2, 0]]
rows = data(["case", "row", "column", "count"], make)
s = "Python statsmodels " + statsmodels.__version__ + " cohens_kappa"
for case in TABLES:
    r = [x for x in rows if x["case"] == case]; k = max(int(x["row"]) for x in r); t = numpy.zeros((k, k))
    for x in r: t[int(x["row"]) - 1, int(x["column"]) - 1] = float(x["count"])
    for weights, wt in (("identity", None), ("linear", "linear"), ("quadratic", "quadratic")):
        q = cohens_kappa(t, wt=wt)
        o = "weights=" + weights
        add(case, o, "estimate", q.kappa, "1e-10", s); add(case, o, "standard_error", q.std_kappa, "1e-8", s); add(case, o, "null_standard_error", q.std_kappa0, "1e-8", s)
        add(case, o, "lower", q.kappa_low, "1e-8", s); add(case, o, "upper", q.kappa_upp, "1e-8", s)
        print(case, weights, q.kappa, q.std_kappa, q.std_kappa0)
add("anxiety", "weights=identity", "estimate", 0.429, "abs 6e-4", "Fleiss, Cohen & Everitt 1969")
add("same", "weights=identity", "estimate", "NE(ZeroVariance)", "0", "definition")
finish(numpy, statsmodels)
