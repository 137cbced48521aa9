"""Longitudinal data, merged distributions and the I-step of the programs of monotone and data_augmentation."""
import csv, sys
import numpy as np

sys.path.insert(0, "../random_stream")
from program import Stream, write  # noqa: E402


class Data:
    """A case of likelihood_fit/data.csv under a model, subjects in the order of their keys."""

    def __init__(self, case, visits, model, leave_out=()):
        with open("../likelihood_fit/data.csv") as file:
            rows = sorted((r for r in csv.DictReader(file) if r["case"] == case), key=lambda r: r["key"].encode())
        rows = [r for r in rows if r["key"] not in leave_out]
        number = lambda v: float(v) if v else np.nan
        self.keys = [r["key"] for r in rows]
        self.y = np.array([[number(r[f"v{j + 1}"]) for j in range(visits)] for r in rows])
        self.arm = np.array([int(r["arm"]) for r in rows])
        self.first = [int(r["first"]) if r["first"] else None for r in rows]
        x = np.array([float(r["x"]) for r in rows])
        one = np.ones(len(rows))
        self.group = self.arm if model == "by_arm" else 0 * self.arm
        columns = lambda arm: {"pooled": [one, arm, x], "by_arm": [one, x], "mean": [one]}[model]
        self.design = np.column_stack(columns(self.arm.astype(float)))
        self.reference = np.column_stack(columns(0.0 * self.arm))

    def before_departure(self):
        y = self.y.copy()
        for i, first in enumerate(self.first):
            if first is not None:
                y[i, first:] = np.nan
        return y


def merged(own, reference, strategy, first):
    """Own and reference are (mean, covariance)."""
    (mo, so), (mr, sr) = own, reference
    if strategy == "mar" or first is None or first == len(mo):
        return own
    if strategy == "cr" or (first == 0 and strategy in ("j2r", "cir")):
        return reference
    mean, before, after = mo.copy(), slice(0, first), slice(first, len(mo))
    if strategy == "lmcf":
        mean[after] = mo[first - 1]
        return mean, so
    mean[after] = mr[after] if strategy == "j2r" else mo[first - 1] + mr[after] - mr[first - 1]
    slope = np.linalg.lstsq(sr[before, before], sr[before, after], rcond=None)[0].T
    rest = sr[after, after] - slope @ sr[before, after]
    covariance = np.block([[so[before, before], so[before, before] @ slope.T], [slope @ so[before, before], rest + slope @ so[before, before] @ slope.T]])
    return mean, covariance


def draw_missing(mean, covariance, y, z):
    """Draws the missing values with one standard normal number for each of them."""
    m, o = np.isnan(y), ~np.isnan(y)
    weights = np.linalg.lstsq(covariance[np.ix_(o, o)], covariance[np.ix_(o, m)], rcond=None)[0].T if o.any() else np.zeros((m.sum(), 0))
    centre = mean[m] + weights @ (y[o] - mean[o])
    rest = covariance[np.ix_(m, m)] - weights @ covariance[np.ix_(o, m)]
    full = y.copy()
    full[m] = centre + np.linalg.cholesky(rest) @ z
    return full


def impute(data, parameters, strategy, seed, imputation, y=None):
    """Completed visits; one number for each visit, missing or not, from the imputation stream of the subject."""
    y = data.y if y is None else y
    completed = []
    for i, key in enumerate(data.keys):
        if not np.isnan(y[i]).any():
            completed.append(y[i])
            continue
        b, s = parameters[data.group[i]]
        r, t = parameters[0]
        first = None if strategy == "none" else data.first[i]
        mean, covariance = merged((data.design[i] @ b, s), (data.reference[i] @ r, t), strategy, first)
        z = np.array(Stream(seed, imputation, 1, key.encode()).normals(y.shape[1]))
        completed.append(draw_missing(mean, covariance, y[i], z[np.isnan(y[i])]))
    return np.array(completed)


def parameter_rows(case, options, parameters, tolerance, source):
    rows = []
    for g, (b, s) in enumerate(parameters):
        p = s.shape[0]
        rows += [(case, options, f"b_{g}_{c}_{j}", b[c, j], tolerance, source) for c in range(b.shape[0]) for j in range(p)]
        rows += [(case, options, f"s_{g}_{j}_{k}", s[j, k], tolerance, source) for j in range(p) for k in range(j + 1)]
    return rows


def value_rows(case, options, data, y, completed, tolerance, source):
    return [(case, options, f"value:{key}:{j}", completed[i][j], tolerance, source) for i, key in enumerate(data.keys) for j in range(y.shape[1]) if np.isnan(y[i, j])]
