"""Data augmentation with Jeffreys' prior, from its description. Run in this folder: python3 program.py > listing.txt

The chains begin at the maximum likelihood estimates of likelihood_fit/expected.csv (R). Streams of a chain: purpose 2 for
each subject (one normal number for each missing visit and step), purpose 3 for the parameters: for each step and group
the Bartlett root row by row (normal numbers, then chi-square with df - row), then the normal numbers of the coefficients.

Closed form for two visits with the second missing: with prior |Sigma|^-3/2 the residual variance of visit 2 on visit 1 is
SSE / chi-square(r - 1), r records with both, so that an imputed value has variance SSE / (r - 3) (1 + x' (X'X)^-1 x).
"""
import csv, sys
import numpy as np

sys.path.insert(0, "../monotone")
from models import Data, Stream, draw_missing, impute, parameter_rows, value_rows, write


def start(case, visits, model, q):
    groups = {}
    with open("../likelihood_fit/expected.csv") as file:
        for r in csv.DictReader(file):
            if (r["case"], r["options"]) == (case, f"visits={visits};model={model};likelihood=ml") and r["source"].startswith("R "):
                kind, *at = r["key"].split("_")
                if kind in "bs":
                    g, i, j = map(int, at)
                    b, s = groups.setdefault(g, (np.zeros((q, visits)), np.zeros((visits, visits))))
                    if kind == "b":
                        b[i, j] = float(r["value"])
                    else:
                        s[i, j] = s[j, i] = float(r["value"])
    return [groups[g] for g in sorted(groups)]


def chain(data, y, parameters, steps, seed, imputation):
    """Yields the parameters after each step."""
    streams = {k: Stream(seed, imputation, 2, k.encode()) for k, row in zip(data.keys, y) if np.isnan(row).any()}
    stream, parameters, p = Stream(seed, imputation, 3), list(parameters), y.shape[1]
    for _ in range(steps):
        for g, (b, s) in enumerate(parameters):
            use = np.flatnonzero(data.group == g)
            full = np.array([draw_missing(data.design[i] @ b, s, y[i], np.array(streams[data.keys[i]].normals(np.isnan(y[i]).sum()))) if np.isnan(y[i]).any() else y[i] for i in use])
            x = data.design[use]
            n, q = x.shape
            orthonormal, r = np.linalg.qr(x)
            sign = np.sign(np.diag(r))
            r = (r.T * sign).T
            least = np.linalg.lstsq(x, full, rcond=None)[0]
            residual = full - x @ least
            lower = np.linalg.cholesky(residual.T @ residual)
            a = np.zeros((p, p))
            for i in range(p):
                a[i, :i] = stream.normals(i)
                a[i, i] = np.sqrt(stream.chi_square(n - q - i))
            root = lower @ np.linalg.inv(a).T
            z = np.array(stream.normals(q * p)).reshape(q, p)
            parameters[g] = (least + np.linalg.solve(r, z) @ root.T, root @ root.T)
        yield list(parameters)


rows, source = [], "program.py"
for case, visits, model in [("trial", 4, "pooled"), ("trial", 4, "by_arm"), ("fitness", 3, "mean"), ("hardly", 2, "pooled"), ("one_visit", 1, "mean")]:
    data = Data(case, visits, model)
    y, q = data.y, data.design.shape[1]
    first = start(case, visits, model, q)
    for seed, imputation, burn_in in [(20240607, 1, 1), (20240607, 3, 25)]:
        *_, parameters = chain(data, y, first, burn_in, seed, imputation)
        options = f"visits={visits};model={model};seed={seed};imputation={imputation};burn_in={burn_in}"
        # From the second step on the digits of the start (R to 1e-9) are forgotten; rounding grows slowly.
        rows += parameter_rows(case, options, parameters, 1e-7, source)
        for strategy in ["none", "j2r", "cr", "cir", "mar"] if case == "trial" and burn_in == 25 else ["none"]:
            completed = impute(data, parameters, strategy, seed, imputation, y)
            rows += value_rows(case, f"{options};strategy={strategy}", data, y, completed, 1e-7, source)[:: 1 if strategy == "none" else 3]
        if case == "trial" and burn_in == 25:
            last = [max(np.flatnonzero(~np.isnan(row)), default=-1) for row in y]
            filled = impute(data, parameters, "none", seed, imputation, y)
            rows += [(case, options + ";gaps=yes", f"value:{k}:{j}", filled[i][j] if j < last[i] else "NE(NotReached)", 1e-7, source)
                     for i, k in enumerate(data.keys) for j in range(visits) if np.isnan(y[i, j])][::3]
    if case in ("fitness", "hardly"):
        draws = list(chain(data, y, first, 30, 99, 0))
        for k, step in enumerate([10, 15, 20]):
            rows += parameter_rows(case, f"visits={visits};model={model};seed=99;single=yes;burn_in=10;thinning=5;number={k}", draws[step - 1], 1e-7, source)
m = 2000
closed = f"closed form, 3 standard errors of {m} draws"
data = Data("monotone", 2, "mean")
y = data.before_departure()
both = ~np.isnan(y[:, 1])
x, second = np.column_stack([np.ones(both.sum()), y[both, 0]]), y[both, 1]
beta = np.linalg.lstsq(x, second, rcond=None)[0]
sse, r, inverse = ((second - x @ beta) ** 2).sum(), both.sum(), np.linalg.inv(x.T @ x)
options = f"visits=2;model=mean;draws={m};burn_in=40;masked=yes"
for i in [i for i in range(len(data.keys)) if not np.isnan(y[i, 0]) and np.isnan(y[i, 1])]:
    at = np.array([1, y[i, 0]])
    df = r - 1
    mean, variance = beta @ at, sse / (df - 2) * (1 + at @ inverse @ at)
    rows.append(("monotone", options, f"mean:{data.keys[i]}:1", mean, f"abs {3 * np.sqrt(variance / m):.6g}", closed))
    error = np.sqrt((3 * (df - 2) / (df - 4) - 1) / m) * variance
    rows.append(("monotone", options, f"variance:{data.keys[i]}:1", variance, f"abs {3 * error:.6g}", closed))
rows += [("few", "visits=3;model=mean;seed=1;imputation=1;burn_in=0", "b_0_0_0", "NE(InvalidArgument)", 0, "definition"),
         ("few", "visits=3;model=pooled;seed=1;imputation=1;burn_in=5", "b_0_0_0", "NE(TooFewValues)", 0, "definition"),
         ("never", "visits=3;model=mean;seed=1;imputation=1;burn_in=5", "b_0_0_0", "NE(TooFewValues)", 0, "definition"),
         ("collinear", "visits=2;model=pooled;seed=1;imputation=1;burn_in=5", "b_0_0_0", "NE(Singular)", 0, "definition")]
for i, row in enumerate(rows):
    if i % 97 == 0:
        print(*row)
write(rows)
