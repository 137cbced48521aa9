# Expected values of the SYNTHETIC demonstration study, from the raw workbooks.
#
# Independent of tracelock: readxl reads the sheets, R's own procedures compute. Run at the root of
# the repository:
#   Rscript tests/reference/demo/program.R [data folder [output csv]] > tests/reference/demo/listing.txt
# It writes expected.csv beside this file and stops if a published anchor is missed. With a data folder of its own
# it computes whatever the workbooks there hold, without the anchors.

suppressPackageStartupMessages({library(readxl); library(survival); library(cmprsk)})
options(width = 110, digits = 10)

arguments <- commandArgs(trailingOnly = TRUE)
folder <- if (length(arguments) >= 1) arguments[1] else "config/demo/data"
target <- if (length(arguments) >= 2) arguments[2] else "tests/reference/demo/expected.csv"
clinical <- file.path(folder, "demo_clinical.xlsx")
safety <- file.path(folder, "demo_safety.xlsx")

# ---- Reading: every cell with its own type, "ND" is missing, spaces at the ends are not data ----
sheet <- function(file, name, range = NULL, skip = 0, names = TRUE)
  suppressMessages(read_excel(file, sheet = name, range = range, skip = skip, col_names = names,
                              col_types = "list", trim_ws = TRUE))
blank <- function(v) length(v) == 0 || all(is.na(v))
txt <- function(column) vapply(column, function(v) if (blank(v)) NA_character_ else
  if (inherits(v, "POSIXt")) format(v, "%Y-%m-%d", tz = "UTC") else trimws(as.character(v)), "")
num <- function(column) { v <- txt(column); v[v %in% "ND"] <- NA; as.numeric(v) }
dat <- function(column) as.Date(vapply(column, function(v)
  if (blank(v) || !inherits(v, "POSIXt")) NA_character_ else format(v, "%Y-%m-%d", tz = "UTC"), ""))
stopifnot(Sys.setlocale("LC_COLLATE", "C") == "C")

# ---- The list of expected values ----
out <- list()
put <- function(analysis, statistic, value, source, tolerance = NULL, ...) {
  groups <- list(...)
  if (length(groups)) groups <- groups[order(names(groups), method = "radix")]
  level <- vapply(groups, as.character, "")
  plain <- grepl("^[A-Za-z0-9_.+-]+$", level) | level == "msc/placebo"
  level <- ifelse(plain, level, paste0('"', level, '"'))
  key <- paste0(analysis, ":", statistic)
  if (length(groups)) key <- paste0(key, "[", paste0(names(groups), "=", level, collapse = ","), "]")
  whole <- is.integer(value)
  if (is.null(tolerance)) tolerance <- if (whole || is.na(value)) 0 else 1e-9 * max(1, abs(value))
  shown <- if (is.na(value) || is.infinite(value)) "NE" else
    if (whole) as.character(value) else sprintf("%.15g", value)
  out[[length(out) + 1]] <<- data.frame(key = key, value = shown,
                                        tolerance = if (shown == "NE") "0" else sprintf("%.3g", tolerance),
                                        source = source)
}
count <- function(analysis, n, N, source, ..., events = NULL) {
  put(analysis, "n", as.integer(n), source, ...)
  put(analysis, "pct", 100 * n / N, source, ...)
  if (!is.null(events)) put(analysis, "events", as.integer(events), source, ...)
}
arms <- c("msc", "placebo")

# ---- Subjects ----
scr <- sheet(clinical, "SCREENING")
scr <- data.frame(id = txt(scr$SUBJID), randomised = num(scr$RANDOMISED) == 1, reason = num(scr$FAILREAS),
                  criterion = txt(scr$CRITERION))
rnd <- sheet(clinical, "RANDOMISATION")
rnd <- data.frame(id = txt(rnd$SUBJID), randdt = dat(rnd$RANDDT),
                  arm = unname(c(A = "msc", B = "placebo")[txt(rnd$ARMCD)]))
ex <- sheet(clinical, "DOSING", range = cell_limits(c(3, 2), c(NA, 8)))
ex <- data.frame(id = txt(ex$SUBJID), day0 = dat(ex$EXSTDTM),
                 actual = unname(c(MSC = "msc", PLB = "placebo")[substr(txt(ex$EXBATCH), 1, 3)]))
dm <- sheet(clinical, "DM")
dm <- data.frame(id = txt(dm$SUBJID), AGE = num(dm$AGE), born = dat(dm$BRTHDT),
                 SEX = unname(c("1" = "M", "2" = "F")[txt(dm$SEX)]), HEIGHT = num(dm$HEIGHT),
                 WEIGHT = num(dm$WEIGHT), SOFA = num(dm$SOFA), ARDSSEV = txt(dm$ARDSSEV),
                 VENTBL = txt(dm$VENTBL), HTN = num(dm$HTN), DIAB = num(dm$DIAB), COPD = num(dm$COPD),
                 CKD = num(dm$CKD), CVD = num(dm$CVD), DEXA = num(dm$DEXA))
ds <- sheet(clinical, "DISPOSITION")
ds <- data.frame(id = txt(ds$SUBJID), trtcomp = num(ds$TRTCOMP) == 1, trtreas = txt(ds$TRTREAS), stat = num(ds$STUDYSTAT),
                 enddt = dat(ds$STUDYENDT))
stopifnot(!anyDuplicated(scr$id), !anyDuplicated(rnd$id), !anyDuplicated(ex$id), !anyDuplicated(ds$id),
          setequal(scr$id[scr$randomised], rnd$id), setequal(ds$id, rnd$id), setequal(ex$id, rnd$id))
sub <- merge(merge(merge(rnd, ex, by = "id"), dm, by = "id"), ds, by = "id")
stopifnot(nrow(sub) == 20, sub$arm == sub$actual)

# Age in completed years at consent agrees with the date of birth.
icdt <- sheet(clinical, "SCREENING"); icdt <- setNames(dat(icdt$ICDT), txt(icdt$SUBJID))
birthdays <- function(from, to) { a <- as.POSIXlt(from); b <- as.POSIXlt(to)
  b$year - a$year - (b$mon < a$mon | (b$mon == a$mon & b$mday < a$mday)) }
stopifnot(birthdays(dm$born, icdt[dm$id]) == dm$AGE)
sub$BMI <- sub$WEIGHT / (sub$HEIGHT / 100)^2

# ---- Gases: fraction or percent by range (fractions 0.21-1, percentages 21-100) ----
gas <- sheet(clinical, "GASES", skip = 1)
gas <- data.frame(id = txt(gas$SUBJID), visit = txt(gas$VISIT), pao2 = num(gas$PAO2),
                  fio2 = num(gas$FIO2), unit = txt(gas$FIO2U))
stopifnot(with(gas, is.na(fio2) | (fio2 >= 0.21 & fio2 <= 1) | (fio2 >= 21 & fio2 <= 100)),
          with(gas, is.na(unit) | (unit == "%") == (fio2 > 1)))
gas$pf <- gas$pao2 / ifelse(gas$fio2 > 1, gas$fio2 / 100, gas$fio2)
at <- function(visit) { g <- gas[gas$visit == visit, ]; stopifnot(!anyDuplicated(g$id)); g$pf[match(sub$id, g$id)] }
sub$BASE <- at("D0"); sub$D7 <- at("D7"); sub$CHG <- sub$D7 - sub$BASE
stopifnot(!is.na(sub$BASE))

# ---- Ordinal scale ----
who <- sheet(clinical, "WHO")
who <- data.frame(id = txt(who$SUBJID), day = num(who$WHODAY), score = num(who$WHOSCORE))
stopifnot(!anyDuplicated(who[c("id", "day")]))
score <- function(day) { w <- who[who$day == day, ]; as.integer(w$score[match(sub$id, w$id)]) }
sub$WHOBL <- score(0); sub$WHO7 <- score(7); sub$IMPR7 <- sub$WHO7 <= sub$WHOBL - 1
stopifnot(!is.na(sub$IMPR7), sub$WHOBL == ifelse(sub$VENTBL == "IMV", 6, 5))

# ---- Oxygen: last stop to ambient air; days from the infusion ----
o2 <- sheet(clinical, "OXYGEN")
o2 <- data.frame(id = txt(o2$SUBJID), end = dat(o2$O2ENDT), why = num(o2$ENDRSN))
off <- o2[o2$why == 2, ]
sub$off <- as.Date(vapply(sub$id, function(i) { d <- off$end[off$id == i]
  if (length(d)) format(max(d)) else NA_character_ }, ""))
sub$died <- sub$stat == 2
# Death before discontinuation: never discontinued, censored at the last planned follow-up (day 365).
sub$o2_event <- !is.na(sub$off)
sub$o2_day <- ifelse(sub$o2_event, as.numeric(sub$off - sub$day0), 365)
# Competing risks: 1 = discontinued, 2 = death at its day.
sub$cr_code <- ifelse(sub$o2_event, 1, 2)
sub$cr_day <- ifelse(sub$o2_event, sub$o2_day, as.numeric(sub$enddt - sub$day0))
stopifnot(sub$o2_event | sub$died)

# ---- Stay: from the infusion to discharge or death in hospital; two header rows ----
st <- sheet(clinical, "STAY", skip = 2,
            names = c("SUBJID", "hosp_in", "hosp_out", "icu_in", "icu_out", "STATUS", "DESTINATION"))
st <- data.frame(id = txt(st$SUBJID), out = dat(st$hosp_out), status = num(st$STATUS))
sub$STAY <- as.numeric(st$out[match(sub$id, st$id)] - sub$day0)
stopifnot(setequal(st$id, sub$id), (st$status[match(sub$id, st$id)] == 2) == sub$died,
          sub$enddt[sub$died] == st$out[st$status == 2])
sub <- sub[order(sub$id), ]
by_arm <- function(f) for (a in arms) f(a, sub[sub$arm == a, ])
by_arm_total <- function(f) { by_arm(f); f("total", sub) }

# ---- Participant flow and analysis sets ----
S <- "count of raw rows"
put("flow", "assessed", nrow(scr), S)
put("flow", "excluded", sum(!scr$randomised), S)
reasons <- c("criteria_not_met", "declined", "other")
for (i in 1:3) put("flow", "excluded", sum(scr$reason %in% i), S, reason = reasons[i])
put("flow", "randomised", sum(scr$randomised), S)
by_arm_total(function(a, d) {
  f <- function(statistic, keep, ...) {
    put("flow", statistic, sum(keep), S, arm = a, ...)
    if (statistic != "allocated") put("flow", paste0(statistic, "_pct"), 100 * sum(keep) / nrow(d), S, arm = a, ...)
  }
  f("allocated", !is.na(d$id)); f("received", !is.na(d$day0)); f("not_received", is.na(d$day0))
  f("completed_treatment", d$trtcomp); f("discontinued_treatment", !d$trtcomp)
  f("discontinued_treatment", !d$trtcomp & d$trtreas %in% "Central line occluded", reason = "line_occluded")
  f("completed_study", d$stat == 1); f("left_study", d$stat != 1)
  for (i in 2:4) f("left_study", d$stat == i, reason = c(NA, "died", "withdrew", "lost")[i])
  f("analysed", !is.na(d$CHG)); f("not_analysed", is.na(d$CHG))
  for (i in 1:4)
    count("disp", sum(d$stat == i), nrow(d), S, arm = a, block = "study", category = c("completed", "died", "withdrew", "lost")[i])
  count("disp", sum(d$trtcomp), nrow(d), S, arm = a, block = "treatment", category = "completed")
  count("disp", sum(!d$trtcomp), nrow(d), S, arm = a, block = "treatment", category = "not_completed")
  f <- function(set, keep) count("set", sum(keep), nrow(d), S, arm = a, set = set)
  f("itt", rep(TRUE, nrow(d))); f("safety", !is.na(d$actual)); f("per_protocol", d$trtcomp & !is.na(d$CHG))
  put("set", "left_out", sum(is.na(d$day0)), S, arm = a, reason = "infused", set = "safety")
  put("set", "left_out", sum(!d$trtcomp), S, arm = a, reason = "complete_infusion", set = "per_protocol")
  put("set", "left_out", sum(d$trtcomp & is.na(d$CHG)), S, arm = a, reason = "gas_day7", set = "per_protocol")
})
for (set in c("itt", "safety", "per_protocol"))
  put("set", "left_out", sum(!scr$randomised), S, reason = "randomised", set = set)

# ---- Baseline ----
describe <- function(analysis, x, ...) {
  missing <- sum(is.na(x)); x <- x[!is.na(x)]
  source <- "R mean, sd, quantile(type = 2)"
  p <- function(statistic, v) put(analysis, statistic, v, source, NULL, ...)
  p("n", length(x)); p("mean", mean(x)); p("sd", sd(x))
  if (!"variable" %in% names(list(...)) || analysis == "base") p("missing", missing)
  if (analysis != "base") p("se", sd(x) / sqrt(length(x)))
  p("median", as.numeric(quantile(x, .5, type = 2)))
  p("q1", as.numeric(quantile(x, .25, type = 2))); p("q3", as.numeric(quantile(x, .75, type = 2)))
  p("min", as.numeric(min(x))); p("max", as.numeric(max(x)))
}
levels_of <- list(SEX = c("F", "M"), ARDSSEV = c("MODERATE", "SEVERE"), VENTBL = c("HFNC", "NIV", "IMV"),
                  WHOBL = 5:6, HTN = 1:2, DIAB = 1:2, COPD = 1:2, CKD = 1:2, CVD = 1:2, DEXA = 1:2)
by_arm_total(function(a, d) {
  for (v in c("AGE", "HEIGHT", "WEIGHT", "BMI", "SOFA", "BASE"))
    describe("base", d[[v]], arm = a, variable = if (v == "BASE") "PFBL" else v)
  for (v in names(levels_of)) {
    put("base", "n", sum(!is.na(d[[v]])), "count of raw rows", arm = a, variable = v)
    put("base", "missing", sum(is.na(d[[v]])), "count of raw rows", arm = a, variable = v)
    for (l in levels_of[[v]]) {
      shown <- if (v %in% c("SEX", "ARDSSEV", "VENTBL", "WHOBL")) l else c("Y", "N")[l]
      count("base", sum(d[[v]] == l), nrow(d), "count of raw rows", arm = a, level = shown, variable = v)
    }
  }
  # The registries' age groups; everyone here is of age.
  group <- function(variable, level, keep) put("base", "n", sum(keep), "count of raw rows", arm = a, level = level, variable = variable)
  for (none in c("in_utero", "preterm", "newborn", "infant_toddler", "child", "adolescent")) group("AGEGR_EUDRACT", none, d$AGE < 18)
  group("AGEGR_EUDRACT", "adult", d$AGE >= 18 & d$AGE <= 64); group("AGEGR_EUDRACT", "elderly_65_84", d$AGE >= 65 & d$AGE <= 84)
  group("AGEGR_EUDRACT", "elderly_85", d$AGE >= 85)
  group("AGEGR_CTGOV", "le_18", d$AGE <= 18); group("AGEGR_CTGOV", "between_18_65", d$AGE > 18 & d$AGE < 65)
  group("AGEGR_CTGOV", "ge_65", d$AGE >= 65)
})

# ---- Primary: change of PaO2/FiO2 to day 7 ----
by_arm(function(a, d) {
  describe("pf_d7", d$CHG, arm = a)
  # Values at day 7 and at baseline of those analysed.
  describe("pf_d7", d$D7[!is.na(d$CHG)], arm = a, variable = "AVAL")
  describe("pf_d7", d$BASE[!is.na(d$CHG)], arm = a, variable = "BASE")
})
w <- t.test(CHG ~ arm, sub, var.equal = FALSE)
S <- "R t.test(var.equal = FALSE), MSC minus placebo"
cmp <- function(analysis, statistic, v, source = S, tolerance = NULL)
  put(analysis, statistic, v, source, tolerance, arm = "msc/placebo")
cmp("pf_d7", "diff", unname(w$estimate[1] - w$estimate[2])); cmp("pf_d7", "diff_se", w$stderr)
cmp("pf_d7", "diff_lower", w$conf.int[1]); cmp("pf_d7", "diff_upper", w$conf.int[2])
cmp("pf_d7", "t", unname(w$statistic)); cmp("pf_d7", "df", unname(w$parameter)); cmp("pf_d7", "p", w$p.value)

pf <- sub[!is.na(sub$CHG), ]; pf$arm <- factor(pf$arm, levels = c("placebo", "msc"))
fit <- lm(CHG ~ BASE + arm, pf); k <- summary(fit)$coefficients; ci <- confint(fit)
S <- "R lm(CHG ~ BASE + arm), LS means at the mean baseline of those analysed"
cmp("pf_d7_ancova", "diff", k["armmsc", 1]); cmp("pf_d7_ancova", "diff_se", k["armmsc", 2])
cmp("pf_d7_ancova", "diff_lower", ci["armmsc", 1]); cmp("pf_d7_ancova", "diff_upper", ci["armmsc", 2])
cmp("pf_d7_ancova", "t", k["armmsc", 3]); cmp("pf_d7_ancova", "df", as.integer(fit$df.residual))
cmp("pf_d7_ancova", "p", k["armmsc", 4])
for (a in arms) {
  at_mean <- data.frame(BASE = mean(pf$BASE), arm = factor(a, levels = levels(pf$arm)))
  e <- predict(fit, at_mean, se.fit = TRUE); q <- qt(.975, fit$df.residual) * e$se.fit
  put("pf_d7_ancova", "n", sum(pf$arm == a), S, arm = a)
  put("pf_d7_ancova", "lsmean", unname(e$fit), S, arm = a); put("pf_d7_ancova", "lsmean_se", e$se.fit, S, arm = a)
  put("pf_d7_ancova", "lsmean_lower", unname(e$fit - q), S, arm = a)
  put("pf_d7_ancova", "lsmean_upper", unname(e$fit + q), S, arm = a)
}

# ---- Ordinal scale at day 7 ----
x <- tapply(sub$IMPR7, sub$arm, sum)[arms]; n <- table(sub$arm)[arms]; n <- setNames(as.integer(n), arms)
for (a in arms) for (id in c("who_d7", "who_d7_rd")) {
  put(id, "n", n[[a]], "count of raw rows", arm = a)
  put(id, "events", as.integer(x[[a]]), "count of raw rows", arm = a)
  put(id, "pct", 100 * x[[a]] / n[[a]], "count of raw rows", arm = a)
}
fisher <- fisher.test(matrix(c(x, n - x), 2))
cmp("who_d7", "p", fisher$p.value, "R fisher.test, two-sided")
wilson <- function(x, n, z = qnorm(.975)) {
  (2 * x + z^2 + c(-1, 1) * z * sqrt(z^2 + 4 * x * (1 - x / n))) / (2 * (n + z^2))
}
w1 <- wilson(x[["msc"]], n[["msc"]]); w2 <- wilson(x[["placebo"]], n[["placebo"]])
p1 <- x[["msc"]] / n[["msc"]]; p2 <- x[["placebo"]] / n[["placebo"]]
for (a in arms) { v <- if (a == "msc") w1 else w2
  put("who_d7_rd", "pct_lower", 100 * v[1], "Wilson score interval, percent", arm = a)
  put("who_d7_rd", "pct_upper", 100 * v[2], "Wilson score interval, percent", arm = a) }
S <- "Newcombe 1998 method 10 (Wilson score, no continuity correction), proportions"
cmp("who_d7_rd", "risk_diff", p1 - p2)
cmp("who_d7_rd", "risk_diff_lower", p1 - p2 - sqrt((p1 - w1[1])^2 + (w2[2] - p2)^2))
cmp("who_d7_rd", "risk_diff_upper", p1 - p2 + sqrt((w1[2] - p1)^2 + (p2 - w2[1])^2))
cmp("who_d7_rd", "risk_ratio", p1 / p2, "risk ratio, no event in the placebo arm: not estimable")
cmp("who_d7_rd", "odds_ratio", Inf, "odds ratio, no event in the placebo arm: not estimable")
# Lower limit of the conditional odds ratio: P(X >= 5 | psi) = 0.025 given five events in all.
upper_tail <- function(log_psi) { j <- 0:5; d <- choose(10, j) * choose(10, 5 - j) * exp(j * log_psi)
  sum(d[j >= x[["msc"]]]) / sum(d) }
lower <- exp(uniroot(function(l) upper_tail(l) - .025, c(-10, 10), tol = 1e-13)$root)
stopifnot(abs(lower / fisher$conf.int[1] - 1) < 1e-3)
cmp("who_d7_rd", "odds_ratio_lower", lower, "exact conditional limit, own root search (agrees with fisher.test)", 1e-8)

# ---- Time to discontinuation of oxygen ----
km <- survfit(Surv(o2_day, o2_event) ~ arm, sub, conf.type = "log-log")
q <- quantile(km, .5); rownames(q$quantile) -> strata
S <- "R survfit(conf.type = 'log-log')"
by_arm(function(a, d) {
  r <- which(strata == paste0("arm=", a))
  put("o2_time", "n", nrow(d), S, arm = a); put("o2_time", "events", sum(d$o2_event), S, arm = a)
  put("o2_time", "censored", sum(!d$o2_event), S, arm = a)
  put("o2_time", "median", as.numeric(q$quantile[r, 1]), S, arm = a)
  put("o2_time", "median_lower", as.numeric(q$lower[r, 1]), S, arm = a)
  put("o2_time", "median_upper", as.numeric(q$upper[r, 1]), S, arm = a)
  s <- summary(km[r], times = c(7, 14, 21, 28))
  for (i in seq_along(s$time)) {
    put("o2_time", "surv", s$surv[i], S, arm = a, time = s$time[i])
    # At a probability of 1 or 0 the log-log scale has no interval.
    inner <- s$surv[i] > 0 && s$surv[i] < 1
    put("o2_time", "surv_lower", if (inner) s$lower[i] else NA_real_, S, arm = a, time = s$time[i])
    put("o2_time", "surv_upper", if (inner) s$upper[i] else NA_real_, S, arm = a, time = s$time[i])
    put("o2_time", "n_risk", as.integer(sum(d$o2_day >= s$time[i])), S, arm = a, time = s$time[i])
  }
})
lr <- survdiff(Surv(o2_day, o2_event) ~ arm, sub); S <- "R survdiff"
cmp("o2_time_lr", "chi_square", lr$chisq); cmp("o2_time_lr", "df", 1L)
cmp("o2_time_lr", "p", pchisq(lr$chisq, 1, lower.tail = FALSE))
for (i in 1:2) {
  put("o2_time_lr", "observed", as.integer(lr$obs[i]), S, arm = arms[i])
  put("o2_time_lr", "expected", lr$exp[i], S, arm = arms[i])
}
cr <- cuminc(sub$cr_day, sub$cr_code, sub$arm)
# The value in force on a day; timepoints() gives NA after the last person of an arm.
in_force <- function(curve, t, what) if (is.null(curve)) 0 else curve[[what]][max(which(curve$time <= t))]
by_arm(function(a, d) {
  put("o2_cif", "n", nrow(d), "count of raw rows", arm = a)
  put("o2_cif", "events", sum(d$cr_code == 1), "count of raw rows", arm = a)
  put("o2_cif", "competing", sum(d$cr_code == 2), "count of raw rows", arm = a)
  put("o2_cif", "censored", sum(!d$cr_code %in% 1:2), "count of raw rows", arm = a)
  for (t in c(14, 28)) {
    curve <- cr[[paste(a, 1)]]; est <- in_force(curve, t, "est")
    # Nobody is censored, so that the incidence is a plain proportion.
    stopifnot(abs(est - mean(d$cr_day <= t & d$cr_code == 1)) < 1e-12)
    put("o2_cif", "cif", est, "R cmprsk::cuminc", NULL, arm = a, time = t)
    put("o2_cif", "cif_se", sqrt(max(0, in_force(curve, t, "var"))), "R cmprsk::cuminc (its delta-method variance)",
        1e-6, arm = a, time = t)
  }
})
S <- "R cmprsk::cuminc, Gray's test (rho = 0)"
cmp("o2_cif", "chi_square", cr$Tests["1", "stat"], S); cmp("o2_cif", "df", as.integer(cr$Tests["1", "df"]), S)
cmp("o2_cif", "p", cr$Tests["1", "pv"], S)

# ---- Hospital stay ----
by_arm(function(a, d) describe("stay", d$STAY, arm = a))
ws <- wilcox.test(STAY ~ arm, sub, exact = FALSE, correct = TRUE)
S <- "R wilcox.test(exact = FALSE, correct = TRUE)"
# R's W is Mann-Whitney's U; the rank sum is that of the MSC arm.
cmp("stay", "u", unname(ws$statistic)); cmp("stay", "p", ws$p.value)
cmp("stay", "w", sum(rank(sub$STAY)[sub$arm == "msc"]))
d <- sort(outer(sub$STAY[sub$arm == "msc"], sub$STAY[sub$arm == "placebo"], "-"))
m <- 100; C <- floor(m / 2 - qnorm(.975) * sqrt(m * 21 / 12))
S <- "Hodges-Lehmann: median of the 100 differences MSC - placebo; limits D[C], D[mn+1-C]"
cmp("stay", "hl", median(d)); cmp("stay", "hl_lower", d[C]); cmp("stay", "hl_upper", d[m + 1 - C])

# ---- Adverse events (treatment-emergent: from the infusion on; a partial date counts as emergent
# unless its month lies before the month of the infusion) ----
ae <- sheet(safety, "AE")
ae <- data.frame(id = txt(ae$SUBJID), pt = txt(ae$AEDECOD), soc = txt(ae$AESOC), start = txt(ae$AESTDT),
                 ser = txt(ae$AESER) == "Y", crit = txt(ae$AESERCRIT), sev = num(ae$AESEV),
                 rel = txt(ae$AEREL), relinf = txt(ae$AERELINF), outcome = txt(ae$AEOUT), acn = txt(ae$AEACN))
stopifnot(ae$id %in% sub$id, tapply(ae$soc, ae$pt, function(s) length(unique(s))) == 1)
day0 <- format(sub$day0[match(ae$id, sub$id)])
ae$te <- ae$start >= substr(day0, 1, nchar(ae$start))
ae$arm <- sub$actual[match(ae$id, sub$id)]
yes <- c("POSSIBLE", "PROBABLE", "DEFINITE")
ae$rp <- ae$rel %in% yes; ae$ri <- ae$relinf %in% yes; ae$r <- ae$rp | ae$ri
te <- ae[ae$te, ]
cat("Adverse events", nrow(ae), "of which treatment-emergent", nrow(te), "\n")
flags <- list(any = rep(TRUE, nrow(te)), related = te$r, related_product = te$rp, related_infusion = te$ri,
              serious = te$ser, serious_related = te$ser & te$r, non_serious = !te$ser, severe = te$sev == 3,
              fatal = te$outcome == "FATAL", leading_to_discontinuation = te$acn == "DRUG WITHDRAWN")
# The registries get non-serious terms of more than 5 % of the subjects of any arm.
affected <- with(te[!te$ser, ], tapply(id, list(pt, factor(arm, arms)), function(i) length(unique(i)), default = 0))
frequent <- rownames(affected)[apply(affected, 1, max) > 0.05 * 10]
flags$non_serious_reported <- !te$ser & te$pt %in% frequent
S <- "count of treatment-emergent raw rows"
counted <- function(a, keep, ...) {
  t <- te[keep & (a == "total" | te$arm == a), ]
  count("ae", length(unique(t$id)), if (a == "total") 20 else 10, S, arm = a, ..., events = nrow(t))
}
for (a in c(arms, "total")) {
  of <- function(keep) te[keep & (a == "total" | te$arm == a), ]
  registry <- function(keep, ...) {
    counted(a, keep, ...)
    put("ae", "related_events", nrow(of(keep & te$r)), S, arm = a, ...)
    put("ae", "fatal", length(unique(of(keep & flags$fatal)$id)), S, arm = a, ...)
    put("ae", "fatal_related", length(unique(of(keep & flags$fatal & te$r)$id)), S, arm = a, ...)
  }
  for (f in names(flags)) counted(a, flags[[f]], category = f)
  count("ae", sum(sub$died & (a == "total" | sub$actual == a)), if (a == "total") 20 else 10, "count of raw rows",
        arm = a, category = "death")
  for (y in c(TRUE, FALSE)) registry(te$ser == y, seriousness = if (y) "serious" else "non_serious")
  for (s in sort(unique(te$soc))) {
    counted(a, te$soc == s, soc = s)
    for (p in sort(unique(te$pt[te$soc == s]))) {
      counted(a, te$soc == s & te$pt == p, soc = s, term = p)
      for (y in c(TRUE, FALSE)) if (any(te$pt == p & te$ser == y))
        registry(te$pt == p & te$ser == y, seriousness = if (y) "serious" else "non_serious", soc = s, term = p)
    }
  }
}
put("ae", "deaths_outside", 0L, "everyone who died was infused")

# ---- Listing and the anchors ----
print(sub[c("id", "arm", "BASE", "D7", "CHG", "WHOBL", "WHO7", "IMPR7", "o2_day", "o2_event", "cr_day", "STAY", "stat")], row.names = FALSE)
print(w); print(summary(fit)); print(fisher); print(km); print(lr, digits = 6); print(cr$Tests); print(ws)
print(wilcox.test(STAY ~ arm, sub, exact = FALSE, conf.int = TRUE)$conf.int)
means <- tapply(sub$CHG, sub$arm, mean, na.rm = TRUE)
sds <- tapply(sub$CHG, sub$arm, sd, na.rm = TRUE)
medians <- tapply(sub$STAY, sub$arm, median)
cat("ANCHORS\n")
cat(sprintf("PaO2/FiO2 change  msc %.6f (SD %.3f)  placebo %.6f (SD %.3f)  Welch p %.6f\n", means[1], sds[1], means[2], sds[2], w$p.value))
cat(sprintf("WHO improvement   %d of %d, %d of %d  Fisher p %.6f\n", x[1], n[1], x[2], n[2], fisher$p.value))
cat(sprintf("O2 median         %g, %g  log-rank p %.6f\n", q$quantile[1, 1], q$quantile[2, 1], pchisq(lr$chisq, 1, lower.tail = FALSE)))
cat(sprintf("Stay median       %g, %g  Wilcoxon p %.6f\n", medians[1], medians[2], ws$p.value))
cat(sprintf("Serious related   %d\n", sum(te$ser & te$r)))
if (!length(arguments))
  stopifnot(round(means, 1) == c(83.3, 57.6), w$p.value > .15, w$p.value < .6, x == c(5, 0), n == 10,
            round(fisher$p.value, 3) == .033, q$quantile[, 1] == c(14, 23),
            round(pchisq(lr$chisq, 1, lower.tail = FALSE), 3) == .007, medians == c(17.5, 28),
            round(ws$p.value, 3) == .042, sum(te$ser & te$r) == 0)

expected <- do.call(rbind, out)
stopifnot(!anyDuplicated(expected$key))
write.csv(expected, target, row.names = FALSE, quote = TRUE)
cat(nrow(expected), "expected values\n")
cat(R.version.string, "; readxl", format(packageVersion("readxl")), "; survival", format(packageVersion("survival")),
    "; cmprsk", format(packageVersion("cmprsk")), "\n")
