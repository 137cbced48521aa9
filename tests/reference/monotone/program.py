"""Sequential Bayesian regression for monotone data, from its description. Run in this folder: python3 program.py > listing.txt

Closed forms for the distribution: with r records and k coefficients SSE / chi-square(r - k) has the mean SSE / (r - k - 2),
and the imputed second visit of a subject has mean beta-hat' x and variance SSE / (r - k - 2) (1 + x' (X'X)^-1 x).
"""
import numpy as np
from models import Data, Stream, impute, parameter_rows, value_rows, write


def regressions(data, y):
    found = []
    for g in range(data.group.max() + 1):
        models = []
        for j in range(y.shape[1]):
            use = (data.group == g) & ~np.isnan(y[:, j])
            x = np.column_stack([data.design[use], y[use, :j]])
            q, r = np.linalg.qr(x)
            sign = np.sign(np.diag(r))
            q, r = q * sign, (r.T * sign).T
            beta = np.linalg.solve(r, q.T @ y[use, j])
            sse = ((y[use, j] - x @ beta) ** 2).sum()
            models.append((beta, r, sse, use.sum() - x.shape[1]))
        found.append(models)
    return found


def assemble(sequences, q):
    """From y_j = gamma_j' x + phi_j' (earlier visits) + e_j to means and covariance: T y = Gamma x + e."""
    parameters = []
    for sequence in sequences:
        p = len(sequence)
        t = np.eye(p)
        for j, (beta, _) in enumerate(sequence):
            t[j, :j] = -beta[q:]
        inverse = np.linalg.inv(t)
        gamma = np.array([beta[:q] for beta, _ in sequence])
        parameters.append(((inverse @ gamma).T, inverse @ np.diag([v for _, v in sequence]) @ inverse.T))
    return parameters


def draw(models, seed, imputation):
    stream = Stream(seed, imputation, 0)
    sequences = []
    for group in models:
        sequence = []
        for beta, r, sse, df in group:
            variance = sse / stream.chi_square(df)
            z = np.array(stream.normals(len(beta)))
            sequence.append((beta + np.linalg.solve(r, np.sqrt(variance) * z), variance))
        sequences.append(sequence)
    return sequences


rows, source = [], "program.py"
for case, visits, model in [("monotone", 4, "pooled"), ("monotone", 4, "by_arm"), ("monotone", 2, "mean"), ("complete", 3, "pooled"), ("one_visit", 1, "by_arm")]:
    data = Data(case, visits, model)
    y = data.before_departure()
    q = data.design.shape[1]
    models = regressions(data, y)
    options = f"visits={visits};model={model}"
    estimates = assemble([[(beta, sse / df) for beta, _, sse, df in group] for group in models], q)
    rows += parameter_rows(case, options + ";estimates=yes", estimates, 1e-8, source)
    for seed, imputation in [(20240607, 1), (20240607, 2), (7, 25)]:
        sequences = draw(models, seed, imputation)
        parameters = assemble(sequences, q)
        o = f"{options};seed={seed};imputation={imputation}"
        rows += parameter_rows(case, o, parameters, 1e-8, source)
        for strategy in ["none", "j2r", "cr", "cir"] if case == "monotone" and visits == 4 else ["none"]:
            if imputation == 2 and strategy not in ("none", "j2r"):
                continue
            completed = impute(data, parameters, strategy, seed, imputation, y)
            if strategy == "none":
                # The sequential form: each visit from its own regression.
                for i, key in enumerate(data.keys):
                    z = Stream(seed, imputation, 1, key.encode()).normals(visits)
                    row = y[i].copy()
                    for j in range(visits):
                        if np.isnan(row[j]):
                            beta, variance = sequences[data.group[i]][j]
                            row[j] = np.concatenate([data.design[i], row[:j]]) @ beta + np.sqrt(variance) * z[j]
                    assert np.allclose(row, completed[i], rtol=1e-9), (row, completed[i])
                    completed[i] = row
            rows += value_rows(case, f"{o};strategy={strategy}", data, y, completed, 1e-8, source)
# Distribution of the draws, 4000 imputations: three Monte Carlo standard errors.
m, closed = 4000, "closed form, 3 standard errors of 4000 draws"
for case, visits, model in [("monotone", 2, "mean"), ("monotone", 2, "pooled")]:
    data = Data(case, visits, model)
    y = data.before_departure()
    options = f"visits={visits};model={model};draws={m}"
    beta, r, sse, df = regressions(data, y)[0][1]
    for i in [i for i in range(len(data.keys)) if not np.isnan(y[i, 0]) and np.isnan(y[i, 1])]:
        x = np.concatenate([data.design[i], y[i, :1]])
        mean, variance = beta @ x, sse / (df - 2) * (1 + (np.linalg.solve(r.T, x) ** 2).sum())
        # A scaled t with df degrees of freedom: fourth moment 3 variance^2 (df - 2)/(df - 4).
        error = np.sqrt((3 * (df - 2) / (df - 4) - 1) / m) * variance
        rows.append((case, options, f"mean:{data.keys[i]}:1", mean, f"abs {3 * np.sqrt(variance / m):.6g}", closed))
        rows.append((case, options, f"variance:{data.keys[i]}:1", variance, f"abs {3 * error:.6g}", closed))
rows += [("trial", "visits=4;model=pooled;estimates=yes;raw=yes", "b_0_0_0", "NE(InvalidArgument)", 0, "definition"),
         ("never", "visits=3;model=mean;estimates=yes", "b_0_0_0", "NE(InvalidArgument)", 0, "definition"),
         ("few", "visits=3;model=pooled;estimates=yes", "b_0_0_0", "NE(TooFewValues)", 0, "definition")]
for i, row in enumerate(rows):
    if i % 97 == 0:
        print(*row)
write(rows)
