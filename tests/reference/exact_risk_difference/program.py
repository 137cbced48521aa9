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
import numpy, scipy
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import binom
# data.csv: case, events_a, n_a, events_b, n_b.
make = [("one", 1, 1, 0, 1), ("tea", 3, 4, 1, 4), ("vaccine", 7, 15, 12, 15), ("zero_cell", 0, 8, 3, 7), ("no_events", 0, 6, 0, 9), ("uneven", 9, 20, 1, 6), ("full", 6, 6, 0, 5), ("equal", 4, 8, 4, 8), ("large", 9, 30, 4, 25)]
rows = data(["case", "events_a", "n_a", "events_b", "n_b"], make)
def z(x, m, y, n, d):
    """Score statistic of Farrington & Manning: restricted likelihood maximised by the root of its derivative."""
    def slope(q):
        p = q + d
        part = lambda k, r: k / max(r, 1e-300) if k else 0.0
        return part(x, p) - part(m - x, 1 - p) + part(y, q) - part(n - y, 1 - q)
    lo, hi = max(0.0, -d), min(1.0, 1 - d); e = 1e-15 * (hi - lo)
    q = lo if slope(lo + e) <= 0 else hi if slope(hi - e) >= 0 else brentq(slope, lo + e, hi - e, xtol=1e-16, rtol=1e-15)
    p = min(1.0, max(0.0, q + d)); v = p * (1 - p) / m + q * (1 - q) / n; g = x / m - y / n - d
    # A variance that is rounding only counts as none.
    return (0.0 if abs(g) < 1e-14 else numpy.sign(g) * 1e300) if v < 1e-13 else g / v ** 0.5
def largest(mask, m, n, d):
    lo, hi = max(0.0, -d), min(1.0, 1 - d)
    f = lambda q: float(binom.pmf(range(m + 1), m, min(1, q + d)) @ mask @ binom.pmf(range(n + 1), n, q))
    grid = numpy.linspace(lo, hi, 801)
    A = binom.pmf(numpy.arange(m + 1), m, numpy.clip(grid + d, 0, 1)[:, None]); B = binom.pmf(numpy.arange(n + 1), n, grid[:, None])
    v = ((A @ mask) * B).sum(1); i = int(v.argmax())
    r = minimize_scalar(lambda q: -f(q), bounds=(grid[max(i - 1, 0)], grid[min(i + 1, 800)]), method="bounded", options=dict(xatol=1e-12))
    return max(v[i], -r.fun)
def lower(x, m, y, n, tail, order):
    def p_value(d):
        if order == "score":
            t = z(x, m, y, n, d); t -= 1e-7 * max(1, abs(t))
            mask = numpy.array([[z(i, m, j, n, d) >= t for j in range(n + 1)] for i in range(m + 1)], float)
        else:
            mask = numpy.array([[i * n - j * m >= x * n - y * m for j in range(n + 1)] for i in range(m + 1)], float)
        return largest(mask, m, n, d)
    top = x / m - y / n
    if top <= -1: return -1.0
    # From the outside, in steps of 0.01, then by halving.
    a = -1.0
    while a + 0.01 < top and p_value(a + 0.01) <= tail: a += 0.01
    b = min(a + 0.01, top)
    while b - a > 1e-10:
        c = (a + b) / 2
        if p_value(c) > tail: b = c
        else: a = c
    return b
s = "Python numerical likelihood and grid"
for r in rows:
    case, x, m, y, n = r["case"], *(int(r[k]) for k in ("events_a", "n_a", "events_b", "n_b"))
    for level in (0.9, 0.95):
        if case == "large" and level == 0.9: continue
        for order in ("score", "difference"):
            o = f"level={level};order={order}"; tail = (1 - level) / 2
            l, u = lower(x, m, y, n, tail, order), -lower(y, n, x, m, tail, order)
            add(case, o, "estimate", x / m - y / n, "1e-12", s); add(case, o, "lower", l, "1e-6", s); add(case, o, "upper", u, "1e-6", s)
            print(case, o, l, u, flush=True)
# One of one against none of one: the extreme table has largest probability ((1 + d)/2)^2.
add("one", "level=0.95;order=score", "lower", 2 * 0.025 ** 0.5 - 1, "1e-9", "by hand"); add("one", "level=0.95;order=score", "upper", 1, "1e-9", "by hand")
add("absent", "level=0.95;order=score", "lower", "NE(EmptyGroup)", "0", "definition")
finish(numpy, scipy)
