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
from fractions import Fraction
from math import comb
import numpy, scipy
from scipy.optimize import minimize_scalar
from scipy.stats import barnard_exact, binom, boschloo_exact
# data.csv: case, events_a, n_a, events_b, n_b. mato: example of scipy.stats.barnard_exact (Mato & Andres 1997);
# bos: example of scipy.stats.boschloo_exact; the rest invented. Tables are ordered by fractions, so that ties are exact.
make = [("mato", 7, 15, 12, 15), ("bos", 74, 105, 31, 74), ("tea", 3, 4, 1, 4), ("uneven", 9, 31, 1, 12), ("zero_cell", 0, 14, 5, 17), ("full", 6, 6, 0, 5), ("equal", 3, 9, 4, 12),
        ("no_events", 0, 5, 0, 7), ("middle", 20, 50, 31, 52), ("lone", 1, 1, 2, 9)]
rows = data(["case", "events_a", "n_a", "events_b", "n_b"], make)
def supremum(region, na, nb):
    """Largest probability of a set of tables over the common proportion: a fine grid, then the best of its peaks."""
    m = numpy.array(region, dtype=float)
    def probability(p):
        return float(binom.pmf(range(na + 1), na, p) @ m @ binom.pmf(range(nb + 1), nb, p))
    grid = numpy.linspace(0, 1, 8001)
    A, B = binom.pmf(numpy.arange(na + 1), na, grid[:, None]), binom.pmf(numpy.arange(nb + 1), nb, grid[:, None])
    v = ((A @ m) * B).sum(1)
    best = v.max()
    for i in range(1, len(grid) - 1):
        if v[i] >= v[i - 1] and v[i] >= v[i + 1] and v[i] > 0.95 * best:
            r = minimize_scalar(lambda p: -probability(p), bounds=(grid[i - 1], grid[i + 1]), method="bounded", options=dict(xatol=1e-12))
            best = max(best, -r.fun)
    return min(1.0, best)
def fisher(a, na, b, nb):
    """Fisher's three p-values as fractions."""
    k = a + b; lo, hi = max(0, k - nb), min(k, na); total = comb(na + nb, k)
    w = {x: comb(na, x) * comb(nb, k - x) for x in range(lo, hi + 1)}
    return (Fraction(sum(w[x] for x in w if x <= a), total), Fraction(sum(w[x] for x in w if x >= a), total), Fraction(sum(w[x] for x in w if w[x] <= w[a]), total))
def z_square(a, na, b, nb):
    """The pooled z, as its signed square: a fraction."""
    k, n = a + b, na + nb
    return Fraction(0) if k in (0, n) else Fraction((a * nb - b * na) * abs(a * nb - b * na) * n, k * (n - k) * na * nb)
for r in rows:
    case, a, na, b, nb = r["case"], *(int(r[k]) for k in ("events_a", "n_a", "events_b", "n_b"))
    all_z = [[z_square(x, na, y, nb) for y in range(nb + 1)] for x in range(na + 1)]; z = all_z[a][b]
    all_f = [[fisher(x, na, y, nb) for y in range(nb + 1)] for x in range(na + 1)]; f = all_f[a][b]
    table = [[a, b], [na - a, nb - b]]
    own = "Python fractions, grid and peaks"
    peer = f"; scipy {scipy.__version__} the same"
    for side in ("two-sided", "less", "greater"):
        keep = {"two-sided": lambda t: abs(t) >= abs(z), "less": lambda t: t <= z, "greater": lambda t: t >= z}[side]
        p = supremum([[keep(t) for t in row] for row in all_z], na, nb)
        o = "test=barnard;alternative=" + side
        q = barnard_exact(table, alternative=side, pooled=True, n=1024).pvalue
        agree = abs(q / p - 1) < 1e-6
        add(case, o, "p", p, "1e-9", own + (peer if agree else "")); print(case, o, p, "scipy", q, "" if agree else "DIFFERS")
        if side != "two-sided":
            t = 0 if side == "less" else 1
            p = supremum([[g[t] <= f[t] for g in row] for row in all_f], na, nb)
            o = "test=boschloo;alternative=" + side
            q = boschloo_exact(table, alternative=side, n=1024); agree = abs(q.pvalue / p - 1) < 1e-6
            add(case, o, "p", p, "1e-9", own + (peer if agree else "")); print(case, o, p, "scipy", q.pvalue, "" if agree else "DIFFERS")
            add(case, o, "statistic", float(f[t]), "1e-10", own)
    one = [supremum([[g[t] <= f[t] for g in row] for row in all_f], na, nb) for t in (0, 1)]
    add(case, "test=boschloo;alternative=two-sided;form=twice", "p", min(1.0, 2 * min(one)), "1e-9", own)
    q = boschloo_exact(table, n=1024).pvalue; print(case, "boschloo twice", min(1.0, 2 * min(one)), "scipy", q)
    add(case, "test=boschloo;alternative=two-sided;form=fisher", "p", supremum([[g[2] <= f[2] for g in row] for row in all_f], na, nb), "1e-9", own)
    add(case, "test=barnard;alternative=two-sided", "statistic", (1 if z >= 0 else -1) * float(abs(z)) ** 0.5, "1e-10", own)
# Printed in the documentation of scipy.
add("mato", "test=barnard;alternative=less", "statistic", -1.894, "abs 6e-4", "scipy documentation"); add("mato", "test=barnard;alternative=less", "p", 0.034, "abs 6e-4", "scipy documentation")
add("absent", "test=barnard;alternative=less", "p", "NE(EmptyGroup)", "0", "definition")
finish(numpy, scipy)
