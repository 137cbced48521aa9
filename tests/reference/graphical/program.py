# Run in this folder: python program.py > listing.txt (only the standard library)
# Writes data.csv and expected.csv. Not the sequential algorithm: the closure principle over all intersections, in exact
# fractions. The weight of a hypothesis in an intersection is the probability that a walk started by the initial weights
# first enters the intersection there (Bretz et al. 2011, theorem on the weights, as absorbing Markov chain); epsilon is
# 10^-40, far below every tolerance.
import csv
import itertools
import random
import sys
from fractions import Fraction as F

EPS = F(1, 10**40)
cases = {}


def case(name, weights, edges, ps):
    n = len(weights)
    g = [[(F(0), F(0)) for _ in range(n)] for _ in range(n)]
    for (i, j), value in edges.items():
        g[i][j] = value if isinstance(value, tuple) else (F(value), F(0))
    cases[name] = ([F(w) for w in weights], g, [[F(p) for p in row] for row in ps])


def solve(a, b):
    """Solution of a x = b in fractions."""
    n = len(a)
    m = [row[:] + [b[i]] for i, row in enumerate(a)]
    for c in range(n):
        pivot = next(r for r in range(c, n) if m[r][c] != 0)
        m[c], m[pivot] = m[pivot], m[c]
        m[c] = [v / m[c][c] for v in m[c]]
        for r in range(n):
            if r != c and m[r][c] != 0:
                f = m[r][c]
                m[r] = [v - f * w for v, w in zip(m[r], m[c])]
    return [row[n] for row in m]


def entering(g, inside, start, target):
    """Probability that a walk from `start` (outside) first enters `inside` at `target`."""
    n = len(g)
    outside = [i for i in range(n) if i not in inside]
    # Only those from which the inside can be reached; from others the weight is lost.
    reach = set()
    while True:
        more = {i for i in outside if any(g[i][j] > 0 and (j in inside or j in reach) for j in range(n))}
        if more == reach:
            break
        reach = more
    if start not in reach:
        return F(0)
    out = sorted(reach)
    a = [[F(int(i == j)) - g[i][j] for j in out] for i in out]
    return solve(a, [g[i][target] for i in out])[out.index(start)]


def weights_in(w, g, inside):
    n = len(w)
    return {j: w[j] + sum((w[i] * entering(g, inside, i, j) for i in range(n) if i not in inside and w[i] > 0), F(0)) for j in inside}


def edges_in(g, inside):
    """Edges of the graph reduced to `inside`: next other member reached, returns to the start not counted."""
    n = len(g)
    result = {}
    for i in inside:
        step = {j: g[i][j] + sum((g[i][k] * entering(g, inside, k, j) for k in range(n) if k not in inside and g[i][k] > 0), F(0)) for j in inside}
        rest = 1 - step[i]
        for j in inside:
            if j != i:
                result[i, j] = step[j] / rest if rest != 0 else F(0)
    return result


t, h, q = F(1, 3), F(1, 2), F(1, 4)
one = lambda v: (F(v), F(0))
# Two doses with a secondary endpoint each.
case("two_doses", [h, h, 0, 0], {(0, 1): h, (0, 2): h, (1, 0): h, (1, 3): h, (2, 1): 1, (3, 0): 1}, [["0.01", "0.04", "0.2", "0.2"], ["0.01", "0.005", "0.02", "0.07"], ["0.024", "0.026", "0.001", "0.001"], ["0.3", "0.4", "0.001", "0.002"]])
case("holm", [t, t, t], {(i, j): h for i in range(3) for j in range(3) if i != j}, [["0.012", "0.02", "0.05"], ["0.2", "0.016", "0.016"], ["0.5", "0.5", "0.5"]])
case("weighted_holm", [h, "0.3", "0.2"], {(0, 1): F(3, 5), (0, 2): F(2, 5), (1, 0): F(5, 7), (1, 2): F(2, 7), (2, 0): F(5, 8), (2, 1): F(3, 8)}, [["0.03", "0.01", "0.04"], ["0.01", "0.02", "0.005"]])
case("fallback", [h, q, q], {(0, 1): 1, (1, 2): 1}, [["0.03", "0.01", "0.02"], ["0.02", "0.03", "0.04"], ["0.6", "0.01", "0.02"]])
case("fixed_sequence", [1, 0, 0], {(0, 1): 1, (1, 2): 1}, [["0.01", "0.04", "0.03"], ["0.06", "0.01", "0.01"]])
case("loop", ["0.2", "0.8", 0], {(0, 1): 1, (1, 0): 1}, [["0.03", "0.03", "0.001"]])
case("lost", ["0.4", "0.3", "0.1"], {(0, 1): q, (1, 2): h, (2, 0): "0.9"}, [["0.03", "0.01", "0.004"], ["0.02", "0.01", "0.004"]])
e = lambda v, s: (F(v), F(s))
serial = {(0, 1): e(1, -1), (1, 0): e(1, -1)}
serial.update({(i, j): e(0, t) for i in (0, 1) for j in (2, 3, 4)})
serial.update({(i, j): e(h, -h) for i in (2, 3, 4) for j in (2, 3, 4) if i != j})
serial.update({(i, 5): e(0, 1) for i in (2, 3, 4)})
case("serial_2_3_1", [h, h, 0, 0, 0, 0], serial, [["0.01", "0.02", "0.01", "0.02", "0.03", "0.04"], ["0.001", "0.06", "0.001", "0.001", "0.001", "0.001"], ["0.001", "0.002", "0.03", "0.01", "0.2", "0.001"]])
parallel = {(i, j): t for i in (0, 1) for j in (2, 3, 4)}
parallel.update({(i, j): h for i in (2, 3, 4) for j in (2, 3, 4) if i != j})
case("parallel_2_3", [h, h, 0, 0, 0], parallel, [["0.01", "0.03", "0.004", "0.009", "0.02"], ["0.01", "0.02", "0.004", "0.02", "0.03"], ["0.03", "0.03", "0.001", "0.001", "0.001"]])
# Parallel gatekeeping improved by epsilon edges back to the first family.
back = {(0, 2): h, (0, 3): h, (1, 2): h, (1, 3): h, (2, 3): e(1, -1), (3, 2): e(1, -1), (2, 0): e(0, h), (2, 1): e(0, h), (3, 0): e(0, h), (3, 1): e(0, h)}
case("back_by_epsilon", [h, h, 0, 0], back, [["0.01", "0.04", "0.01", "0.012"], ["0.02", "0.06", "0.01", "0.02"], ["0.03", "0.01", "0.02", "0.04"]])
# Epsilon edges only, of different size: shares among them matter.
case("shares_of_epsilon", [1, 0, 0, 0], {(0, 3): e(1, -4), (0, 1): e(0, 1), (0, 2): e(0, 3), (3, 0): 1, (1, 0): e(1, -1), (1, 2): e(0, 1), (2, 1): e(1, -2), (2, 3): e(0, 2)}, [["0.01", "0.01", "0.02", "0.03"], ["0.04", "0.012", "0.03", "0.045"]])
random.seed(3)
for k in range(6):
    n = 4 + k % 3
    edges = {}
    for i in range(n):
        parts = [random.choice([0, 0, 1, 2, 3]) if j != i else 0 for j in range(n)]
        total = sum(parts) + random.choice([0, 0, 1])
        eps = {j: random.choice([1, 2]) for j in range(n) if j != i and parts[j] == 0 and random.random() < 0.5}
        big = max(range(n), key=lambda j: parts[j])
        for j in range(n):
            if parts[j]:
                edges[i, j] = (F(parts[j], total), F(-sum(eps.values()) if j == big else 0))
            elif j in eps and sum(parts):
                edges[i, j] = (F(0), F(eps[j]))
    raw = [random.choice([0, 1, 1, 2]) for _ in range(n)]
    raw[0] += 1
    ps = [[F(random.choice([1, 4, 8, 12, 20, 30, 49, 200]), 1000) for _ in range(n)] for _ in range(4)]
    case(f"random_{k}", [F(r, sum(raw)) for r in raw], edges, ps)

number = lambda v: format(float(v), ".17g")
data, expected = [], []
SOURCE = f"closure in exact fractions; Python {sys.version.split()[0]}"
for name, (w, g, rows) in cases.items():
    n = len(w)
    data += [[name, "weight", i, "", number(w[i]), ""] for i in range(n)]
    data += [[name, "edge", i, j, number(g[i][j][0]), number(g[i][j][1])] for i in range(n) for j in range(n) if g[i][j] != (0, 0)]
    exact = [[v + s * EPS for v, s in row] for row in g]
    assert all(sum(row) <= 1 for row in exact), name
    subsets = [c for size in range(1, n + 1) for c in itertools.combinations(range(n), size)]
    local = {c: weights_in(w, exact, set(c)) for c in subsets}
    for number_of_row, p in enumerate(rows):
        data += [[name, f"p{number_of_row}", i, "", number(p[i]), ""] for i in range(n)]
        # Weights of the size of epsilon count as none: its limit is meant.
        of = {c: min([min(F(1), p[j] / v) for j, v in local[c].items() if v > F(1, 10**20)] or [F(1)]) for c in subsets}
        adjusted = [max(of[c] for c in subsets if i in c) for i in range(n)]
        print(name, number_of_row, [number(a) for a in adjusted])
        add = lambda options, key, value, tolerance: expected.append([name, f"p={number_of_row}" + options, key, value, tolerance, SOURCE])
        for i in range(n):
            add(f";i={i}", "adjusted_p", number(adjusted[i]), "1e-12")
        for alpha in ("0.0471", "0.0251"):
            rejected = [a <= F(alpha) for a in adjusted]
            left = {i for i in range(n) if not rejected[i]}
            for i in range(n):
                add(f";alpha={alpha};i={i}", "rejected", str(int(rejected[i])), "0")
            if left:
                weights, edges = weights_in(w, exact, left), edges_in(exact, left)
                for i in left:
                    add(f";alpha={alpha};i={i}", "weight", number(weights[i]) if weights[i] > F(1, 10**20) else "0", "1e-12")
                    for j in left - {i}:
                        add(f";alpha={alpha};i={i};j={j}", "edge", number(edges[i, j]) if edges[i, j] > F(1, 10**20) else "0", "1e-11")
for name, header, rows in (("data.csv", ["case", "kind", "i", "j", "value", "epsilon"], data), ("expected.csv", ["case", "options", "key", "value", "tolerance", "source"], expected)):
    with open(name, "w") as file:
        csv.writer(file, lineterminator="\n").writerows([header] + rows)
# The same graphs as made by the constructors.
built = {"holm": "holm;shares=1-1-1", "weighted_holm": "holm;shares=5-3-2", "fallback": "fallback;shares=2-1-1", "fixed_sequence": "fixed_sequence;shares=1-0-0", "serial_2_3_1": "serial;families=2-3-1", "parallel_2_3": "parallel;families=2-3"}
with open("expected.csv", "a") as file:
    out = csv.writer(file, lineterminator="\n")
    for row in expected:
        if row[0] in built and row[2] == "adjusted_p":
            out.writerow([row[0], f"{row[1]};build={built[row[0]]}"] + row[2:])
print(len(expected), "expected values written", sys.version)
