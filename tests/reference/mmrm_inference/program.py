"""Mixed models for repeated measures by definition, in 90 digits (python-flint). Run: python3 program.py > listing.txt

Reads ../mmrm/data.csv, writes expected.csv. Nothing is differentiated by hand: all derivatives in the covariance
parameters are central differences with a step of 1e-25, the likelihood is summed subject by subject.
"""
import csv, itertools, sys
import flint, numpy, scipy
from flint import arb, arb_mat, ctx
from scipy import stats

ctx.dps = 90
STEP = arb(10) ** -25
SOURCE = f"program.py with python-flint {flint.__version__}"
rows = []

def mat(values): return arb_mat([[arb(v) if not isinstance(v, arb) else v for v in r] for r in values])
def mid(x): return x.mid()
def clean(m): return arb_mat([[mid(m[i, j]) for j in range(m.ncols())] for i in range(m.nrows())])
def trace(m): return sum((m[i, i] for i in range(m.nrows())), arb(0))

# Parameters as SAS has them; the covariance of all visits of a group.
def sigma(structure, t, v):
    def corr(a, b):
        d = abs(a - b)
        if structure in ("ar1", "arh1"): return t[-1] ** d
        if structure == "csh": return t[-1] if d else arb(1)
        if structure == "toeph": return t[v + d - 1] if d else arb(1)
        if structure == "adh":
            p = arb(1)
            for k in range(min(a, b), max(a, b)): p = p * t[v + k]
            return p
    def element(a, b):
        if structure == "un": a, b = max(a, b), min(a, b); return t[a * (a + 1) // 2 + b]
        if structure == "toep": return t[abs(a - b)]
        if structure == "cs": return t[0] + (t[1] if a == b else arb(0))
        if structure == "ar1": return t[0] * corr(a, b)
        return t[a] if a == b else (t[a] * t[b]).sqrt() * corr(a, b)
    return arb_mat([[element(a, b) for b in range(v)] for a in range(v)])

def start(structure, v, s):
    """Rough parameters from a residual covariance s (numpy)."""
    var = [s[a, a] for a in range(v)]; m = sum(var) / v; c = lambda a, b: 0.7 * s[a, b] / (var[a] * var[b]) ** 0.5
    lag = lambda d: sum(c(a, a - d) for a in range(d, v)) / (v - d)
    allc = sum(c(a, b) for a in range(v) for b in range(a)) / (v * (v - 1) / 2)
    return {"un": [s[a, b] if a == b else 0.7 * s[a, b] for a in range(v) for b in range(a + 1)], "cs": [m * allc, m * (1 - allc)], "ar1": [m, lag(1)], "toep": [m] + [m * lag(d) for d in range(1, v)],
            "arh1": var + [lag(1)], "csh": var + [allc], "toeph": var + [lag(d) for d in range(1, v)], "adh": var + [c(a, a - 1) for a in range(1, v)]}[structure]

def read(case):
    with open("../mmrm/data.csv") as f: return [r for r in csv.DictReader(f) if r["case"] == case]

class Data:
    def __init__(self, case, terms):
        every = read(case); seen = [r for r in every if r["response"] != ""]
        self.levels = {n: 1 + max(int(r[n]) for r in every) for n in ("visit", "arm", "factor0")}; self.v = self.levels["visit"]
        self.terms = [t.split("*") for t in terms.split("+")]
        self.mean = sum(arb(r["covariate0"]) for r in seen) / len(seen)
        self.columns = [((), ())]
        for t in self.terms:
            for combo in itertools.product(*[[0] if n == "covariate0" else range(1, self.levels[n]) for n in t]): self.columns.append((tuple(t), combo))
        self.subjects = []
        for s in sorted({int(r["subject"]) for r in seen}):
            own = sorted((r for r in seen if int(r["subject"]) == s), key=lambda r: int(r["visit"]))
            self.subjects.append(dict(visits=[int(r["visit"]) for r in own], arm=int(own[0]["arm"]), x=[self.row({k: int(r[k]) for k in ("visit", "arm", "factor0")}, arb(r["covariate0"])) for r in own], y=[arb(r["response"]) for r in own]))
        self.factor_levels = sorted({int(r["factor0"]) for r in seen})
        # Columns without any entry are left out (a cell never seen).
        self.kept = [k for k in range(len(self.columns)) if any(x[k] != 0 for s in self.subjects for x in s["x"])]
        for s in self.subjects: s["X"] = mat([[x[k] for k in self.kept] for x in s["x"]]); s["Y"] = mat([[y] for y in s["y"]])
        self.n = sum(len(s["y"]) for s in self.subjects); self.p = len(self.kept)
    def row(self, at, covariate):
        out = []
        for names, combo in self.columns:
            value = arb(1)
            for n, level in zip(names, combo): value = value * (covariate if n == "covariate0" else arb(int(at[n] == level)))
            out.append(value)
        return out
    def cell(self, arm=None, visit=None, factor=None, covariate=None):
        """Average of design rows over the grid of what is not given, covariate at its mean."""
        grid = [self.row(dict(arm=a, visit=v, factor0=f), self.mean if covariate is None else arb(covariate))
                for a in (range(self.levels["arm"]) if arm is None else [arm]) for v in (range(self.v) if visit is None else [visit]) for f in (self.factor_levels if factor is None else [factor])]
        return [sum(g[k] for g in grid) / len(grid) for k in range(len(self.columns))]

class Fit:
    def __init__(self, data, structure, estimation="reml", grouped=False, information="observed"):
        self.d, self.structure, self.reml, self.grouped = data, structure, estimation == "reml", grouped
        self.groups = data.levels["arm"] if grouped else 1
        self.theta = self.search()
        self.finish(information)
    def sigmas(self, t):
        q = len(t) // self.groups
        return [sigma(self.structure, t[g * q:(g + 1) * q], self.d.v) for g in range(self.groups)]
    def own(self, sigmas, s):
        m = sigmas[s["arm"] if self.grouped else 0]
        return arb_mat([[m[a, b] for b in s["visits"]] for a in s["visits"]])
    def parts(self, t):
        """Objective (minus twice the log-likelihood), b and C at parameters."""
        d, sigmas = self.d, self.sigmas(t)
        a, r, logdet, inverses, squares = arb_mat(d.p, d.p), arb_mat(d.p, 1), arb(0), {}, arb(0)
        for s in d.subjects:
            key = (tuple(s["visits"]), s["arm"] if self.grouped else 0)
            if key not in inverses:
                v = self.own(sigmas, s)
                for k in range(1, v.nrows() + 1):
                    if not arb_mat([[v[i, j] for j in range(k)] for i in range(k)]).det() > 0: return None
                inverses[key] = (v.inv(), v.det().log())
            w, l = inverses[key]; logdet += l; xw = s["X"].transpose() * w; a += xw * s["X"]; r += xw * s["Y"]
        c = a.inv(); b = c * r
        for s in d.subjects:
            w = inverses[(tuple(s["visits"]), s["arm"] if self.grouped else 0)][0]; e = s["Y"] - s["X"] * b; squares += (e.transpose() * w * e)[0, 0]
        value = logdet + squares + (d.n - d.p if self.reml else d.n) * (2 * arb.pi()).log() + (a.det().log() if self.reml else arb(0))
        return mid(value), b, clean(c), a
    def shifted(self, t, *moves):
        u = list(t)
        for i, sign in moves: u[i] = u[i] + sign * STEP * self.size[i]
        return u
    def slopes(self, f, t):
        """Gradient and second derivatives of a function of the parameters by central differences."""
        q = len(t); f0 = f(t); up = [f(self.shifted(t, (i, 1))) for i in range(q)]; down = [f(self.shifted(t, (i, -1))) for i in range(q)]
        g = [mid((up[i] - down[i]) / (2 * STEP * self.size[i])) for i in range(q)]; h = [[None] * q for _ in range(q)]
        for i in range(q):
            h[i][i] = mid((up[i] - 2 * f0 + down[i]) / (STEP * self.size[i]) ** 2)
            for j in range(i):
                corner = sum(s * u * f(self.shifted(t, (i, s), (j, u))) for s in (1, -1) for u in (1, -1))
                h[i][j] = h[j][i] = mid(corner / (4 * STEP ** 2 * self.size[i] * self.size[j]))
        return g, h
    def search(self):
        d = self.d; x = numpy.array([[float(v) for v in row] for s in d.subjects for row in s["X"].tolist()]); y = numpy.array([float(v) for s in d.subjects for v in s["y"]])
        r = y - x @ numpy.linalg.lstsq(x, y, rcond=None)[0]; sums, n, k = numpy.zeros((d.v, d.v)), numpy.zeros((d.v, d.v)), 0
        for s in d.subjects:
            e = r[k:k + len(s["y"])]; k += len(s["y"])
            for i, a in enumerate(s["visits"]):
                for j, b in enumerate(s["visits"]): sums[a, b] += e[i] * e[j]; n[a, b] += 1
        t = [arb(float(v)) for v in start(self.structure, d.v, sums / numpy.maximum(n, 1))] * self.groups
        self.size = [abs(v) + (arb(1) if abs(v) < 1 else 0) for v in t]; self.size = [mid(v) for v in self.size]
        value = self.parts(t)[0]
        for step in range(60):
            g, h = self.slopes(lambda u: self.parts(u)[0], t); q = len(t); ridge = 0.0
            hn = numpy.array([[float(v) for v in row] for row in h]); sc = numpy.sqrt(numpy.abs(numpy.diag(hn)))
            while numpy.linalg.eigvalsh(hn / numpy.outer(sc, sc) + ridge * numpy.eye(q)).min() < 1e-3 and ridge < 1e6: ridge = max(4 * ridge, 1e-2)
            hm = mat([[h[i][j] + (ridge * abs(h[i][i]) if i == j else 0) for j in range(q)] for i in range(q)]) if ridge and numpy.linalg.eigvalsh(hn / numpy.outer(sc, sc)).min() <= 0 else mat(h)
            move = clean(hm).inv() * mat([[-v] for v in g]); move = [mid(move[i, 0]) for i in range(q)]
            share = arb(1); size = -sum(a * b for a, b in zip(g, move))
            for _ in range(60):
                u = [mid(a + share * m) for a, m in zip(t, move)]; tried = self.parts(u)
                if tried is not None and (tried[0] < value or size < arb(10) ** -30): break
                share = share / 2
            t, value = u, tried[0]
            if size < arb(10) ** -34: return t
        raise SystemExit("no convergence: " + self.structure)
    def finish(self, information):
        d, t, q = self.d, self.theta, len(self.theta)
        self.objective, b, self.c, _ = self.parts(t); self.b = [mid(b[i, 0]) for i in range(d.p)]
        if information == "none": return
        g, h = self.slopes(lambda u: self.parts(u)[0], t)
        up = [self.sigmas(self.shifted(t, (i, 1))) for i in range(q)]; down = [self.sigmas(self.shifted(t, (i, -1))) for i in range(q)]; here = self.sigmas(t)
        v1 = lambda s, i: (self.own(up[i], s) - self.own(down[i], s)) * (1 / (2 * STEP * self.size[i]))
        corners = {}
        for i in range(q):
            for j in range(i + 1):
                if i == j: corners[i, j] = None
                else: corners[i, j] = {(a, b): self.sigmas(self.shifted(t, (i, a), (j, b))) for a in (1, -1) for b in (1, -1)}
        def v2(s, i, j):
            if i < j: i, j = j, i
            if i == j: return (self.own(up[i], s) - 2 * self.own(here, s) + self.own(down[i], s)) * (1 / (STEP * self.size[i]) ** 2)
            total = arb_mat(len(s["visits"]), len(s["visits"]))
            for (a, b), m in corners[i, j].items(): total += (a * b) * self.own(m, s)
            return total * (1 / (4 * STEP ** 2 * self.size[i] * self.size[j]))
        P = [arb_mat(d.p, d.p) for _ in range(q)]; Q = {(i, j): arb_mat(d.p, d.p) for i in range(q) for j in range(q)}; R = {k: arb_mat(d.p, d.p) for k in Q}; vv = {k: arb(0) for k in Q}; meat = arb_mat(d.p, d.p)
        cache = {}
        for s in d.subjects:
            key = (tuple(s["visits"]), s["arm"] if self.grouped else 0)
            if key not in cache:
                w = self.own(here, s).inv(); first = [clean(v1(s, i)) for i in range(q)]
                cache[key] = (w, [w * f * w for f in first], {(i, j): w * first[i] * w * first[j] * w for i in range(q) for j in range(q)}, {(i, j): w * clean(v2(s, i, j)) * w for i in range(q) for j in range(i + 1)},
                              {(i, j): trace(w * first[i] * w * first[j]) for i in range(q) for j in range(q)})
            w, m1, m2, m3, m4 = cache[key]; x, xt = s["X"], s["X"].transpose()
            for i in range(q):
                P[i] -= xt * m1[i] * x
                for j in range(q): Q[i, j] += xt * m2[i, j] * x; R[i, j] += xt * m3[max(i, j), min(i, j)] * x; vv[i, j] += m4[i, j]
            e = s["Y"] - x * b; z = xt * (w * e); meat += z * z.transpose()
        c = self.c; self.P = [clean(p) for p in P]
        self.observed = mat([[h[i][j] / 2 for j in range(q)] for i in range(q)])
        if information == "expected":
            self.information = mat([[mid((vv[i, j] - (2 * trace(c * Q[i, j]) - trace(c * P[i] * c * P[j]) if self.reml else 0)) / 2) for j in range(q)] for i in range(q)])
        else: self.information = self.observed
        self.w = clean(self.information.inv()); self.sandwich = c * meat * c
        linear = arb_mat(d.p, d.p); full = arb_mat(d.p, d.p)
        for i in range(q):
            for j in range(q):
                inner = Q[i, j] - P[i] * c * P[j]; linear += self.w[i, j] * inner; full += self.w[i, j] * (inner - R[i, j] * (arb(1) / 4))
        self.kr_linear, self.kr = clean(c + 2 * (c * linear * c)), clean(c + 2 * (c * full * c))
    def weights(self, row): return mat([[row[k]] for k in self.d.kept])
    def satterthwaite(self, l):
        c = self.c; v = (l.transpose() * c * l)[0, 0]; q = len(self.theta)
        grad = [-(l.transpose() * c * self.P[i] * c * l)[0, 0] for i in range(q)]
        return 2 * v * v / sum(grad[i] * self.w[i, j] * grad[j] for i in range(q) for j in range(q))
    def contrast(self, row, inference):
        l = self.weights(row); est = sum(l[k, 0] * self.b[k] for k in range(self.d.p))
        c = {"kr": "kr", "kr_linear": "kr_linear", "satterthwaite": "c", "sandwich_residual": "sandwich"}[inference]
        se = (l.transpose() * getattr(self, c) * l)[0, 0].sqrt()
        df = arb(self.d.n - self.d.p) if inference == "sandwich_residual" else self.satterthwaite(l)
        e, s, f = float(est), float(se), float(df); half = stats.t.ppf(0.975, f) * s
        return dict(estimate=e, se=s, df=f, t=float(est / se), p=2 * stats.t.sf(abs(e / s), f), lower=e - half, upper=e + half)
    def test(self, lrows, inference):
        L = mat([[r[k] for k in self.d.kept] for r in lrows]); l = len(lrows); c = self.c; q = len(self.theta); b = mat([[v] for v in self.b])
        lb = L * b; cov = {"kr": "kr", "kr_linear": "kr_linear", "satterthwaite": "c", "sandwich_residual": "sandwich"}[inference]
        f = (lb.transpose() * (L * getattr(self, cov) * L.transpose()).inv() * lb)[0, 0] / l; scale = arb(1)
        if inference.startswith("kr"):
            theta = L.transpose() * (L * c * L.transpose()).inv() * L; m = [theta * c * self.P[i] * c for i in range(q)]
            a1 = sum(self.w[i, j] * trace(m[i]) * trace(m[j]) for i in range(q) for j in range(q)); a2 = sum(self.w[i, j] * trace(m[i] * m[j]) for i in range(q) for j in range(q))
            bb = (a1 + 6 * a2) / (2 * l); g = ((l + 1) * a1 - (l + 4) * a2) / ((l + 2) * a2); dv = 3 * l + 2 * (1 - g); c1, c2, c3 = g / dv, (l - g) / dv, (l + 2 - g) / dv
            ex = 1 / (1 - a2 / l); vx = (arb(2) / l) * (1 + c1 * bb) / ((1 - c2 * bb) ** 2 * (1 - c3 * bb)); rho = vx / (2 * ex ** 2); df = 4 + (l + 2) / (l * rho - 1); scale = df / (ex * (df - 2))
        elif inference == "satterthwaite":
            lcl = numpy.array([[float(v) for v in r] for r in (L * c * L.transpose()).tolist()]); values, vectors = numpy.linalg.eigh(lcl)
            nu = [float(self.satterthwaite((mat([vectors[:, k].tolist()]) * L).transpose())) for k in range(l)]; ex = sum(n / (n - 2) for n in nu); df = 2 * ex / (ex - l)
        else: df = self.d.n - self.d.p
        f, df = float(f * scale), float(df)
        return dict(f=f, numerator_df=float(l), df=df, scale=float(scale), p=stats.f.sf(f, l, df))

def add(case, options, key, value, tolerance): rows.append([case, options, key, repr(float(value)), tolerance, SOURCE])

def run(case, terms, structure, estimation="reml", grouped=False, information="observed", inferences=("kr", "kr_linear", "satterthwaite", "sandwich_residual")):
    d = Data(case, terms); fit = Fit(d, structure, estimation, grouped, information)
    o = f"terms={terms};structure={structure}" + (f";estimation={estimation}" if estimation != "reml" else "") + (";group=arm" if grouped else "") + (f";information={information}" if information != "observed" else "")
    print(f"\n{case} {o}: -2 log-likelihood {float(fit.objective):.12f}, parameters", " ".join(f"{float(t):.10g}" for t in fit.theta)); sys.stdout.flush()
    add(case, o, "minus_two_log_likelihood", fit.objective, "1e-11")
    q = len(fit.theta)
    for i in range(q): add(case, f"{o};index={i}", "parameter", fit.theta[i], "1e-8"); add(case, f"{o};index={i}", "parameter_se", fit.w[i, i].sqrt(), "1e-8")
    for k in d.kept: add(case, f"{o};column={k}", "coefficient", fit.b[d.kept.index(k)], "1e-8")
    absent = {(a, v) for a in range(d.levels["arm"]) for v in range(d.v)} - {(s["arm"], v) for s in d.subjects for v in s["visits"]}
    if estimation == "ml": inferences = [i for i in inferences if not i.startswith("kr")]
    arms, last = d.levels["arm"], d.v - 1
    while any((a, last) in absent for a in range(arms)): last -= 1
    for inference in inferences:
        oo = f"{o};inference={inference}"
        for v in sorted({1, last}):
            for a in range(arms):
                if (a, v) in absent: continue
                for k, x in fit.contrast(d.cell(arm=a, visit=v), inference).items():
                    if k in ("estimate", "se", "df"): add(case, f"{oo};visit={v};arm={a}", f"mean_{k}", x, "1e-8")
                if a and (0, v) not in absent:
                    row = [x - y for x, y in zip(d.cell(arm=a, visit=v), d.cell(arm=0, visit=v))]; r = fit.contrast(row, inference); print(inference, "visit", v, "arm", a, "- 0:", " ".join(f"{k} {x:.10g}" for k, x in r.items()))
                    for k, x in r.items(): add(case, f"{oo};visit={v};arm={a};reference=0", f"difference_{k}", x, "1e-8" if k != "p" else "1e-7")
        if not absent and arms > 1:
            for a in range(arms):
                for k, x in fit.contrast(d.cell(arm=a), inference).items():
                    if k in ("estimate", "se", "df"): add(case, f"{oo};arm={a}", f"mean_{k}", x, "1e-8")
            sub = lambda x, y: [a - b for a, b in zip(x, y)]
            cov0 = dict(covariate=0) if "covariate0*visit" in terms else {}
            cells = {("visit",): [sub(d.cell(visit=v, **cov0), d.cell(visit=0, **cov0)) for v in range(1, d.v)], ("arm",): [sub(d.cell(arm=a), d.cell(arm=0)) for a in range(1, arms)],
                     ("arm", "visit"): [sub(sub(d.cell(arm=a, visit=v), d.cell(arm=a, visit=0)), sub(d.cell(arm=0, visit=v), d.cell(arm=0, visit=0))) for a in range(1, arms) for v in range(1, d.v)],
                     ("factor0",): [sub(d.cell(factor=f), d.cell(factor=0)) for f in range(1, d.levels["factor0"])]}
            for k, t in enumerate(d.terms):
                if tuple(t) in cells:
                    r = fit.test(cells[tuple(t)], inference); print(inference, "test of", "*".join(t), " ".join(f"{k} {x:.10g}" for k, x in r.items()))
                    for key, x in r.items(): add(case, f"{oo};term={k}", f"test_{key}", x, "1e-8" if key != "p" else "1e-7")

full = "arm+visit+arm*visit+covariate0+covariate0*visit+factor0"; short = "arm+visit+arm*visit"
jobs = [("orthodont", short, s) for s in ("un", "toeph", "cs")] + [("missing", full, s) for s in ("un", "toeph", "toep", "adh", "arh1", "ar1", "csh", "cs")]
for job in jobs: run(*job)
run("missing", full, "un", "ml"); run("missing", full, "ar1", "ml"); run("missing", full, "un", information="expected"); run("missing", full, "arh1", information="expected")
run("absent_cell", short + "+covariate0", "un"); run("absent_cell", short, "toeph"); run("small", short, "un", grouped=True); run("small", short, "ar1", grouped=True); run("small", short, "csh", "ml", True)
run("apart", "arm+visit+covariate0", "ar1"); run("sleep", "visit", "un")
with open("expected.csv", "w", newline="") as f:
    out = csv.writer(f, lineterminator="\n"); out.writerow(["case", "options", "key", "value", "tolerance", "source"]); out.writerows(rows)
print("\n", len(rows), "expected values written"); print("Python", sys.version.split()[0], "python-flint", flint.__version__, "numpy", numpy.__version__, "scipy", scipy.__version__)
