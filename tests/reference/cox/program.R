# Run in this folder: Rscript program.R > listing.txt
# Reads data.csv (made below once, if absent), writes expected.csv.
rows <- list()
add <- function(case, options, key, value, tolerance, source) {
  if (is.numeric(value)) value <- sprintf("%.17g", value)
  rows[[length(rows) + 1]] <<- data.frame(case, options, key, value, tolerance, source)
}
finish <- function() {
  out <- do.call(rbind, rows)
  write.csv(out, "expected.csv", row.names = FALSE, quote = FALSE)
  cat("\n", nrow(out), "expected values written\n")
  print(R.version.string)
}
# data.csv: case, id, start, stop, event, stratum, weight, x0 to x3. start is empty for records at risk from the beginning.
# freireich: Freireich et al. (1963) with log white cells, x0 = placebo, as in Kleinbaum & Klein (2012), computer appendix.
# rats: Pike (1966), printed in Kalbfleisch & Prentice (1980) p. 2 and in the first example of SAS PROC PHREG. All others are
# simulated: four_cells (whole days, four strata), centres (clusters), crossing (a treatment that begins after entry: two records of
# one person), recurrences and infections (several events of one person, stratum = number of the event).
suppressMessages({ library(survival); library(numDeriv) })
if (!file.exists("data.csv")) {
  g <- function(case, id, start, stop, event, stratum, weight, x0, x1 = 0, x2 = 0, x3 = 0) data.frame(case, id, start, stop, event, stratum, weight, x0, x1, x2, x3)
  f <- rbind(c(35,0,1.45),c(34,0,1.47),c(32,0,2.20),c(32,0,2.53),c(25,0,1.78),c(23,1,2.57),c(22,1,2.32),c(20,0,2.01),c(19,0,2.05),c(17,0,2.16),c(16,1,3.60),c(13,1,2.88),c(11,0,2.60),c(10,0,2.70),c(10,1,2.96),c(9,0,2.80),c(7,1,4.43),c(6,0,3.20),c(6,1,2.31),c(6,1,4.06),c(6,1,3.28),
    c(23,1,1.97),c(22,1,2.73),c(17,1,2.95),c(15,1,2.30),c(12,1,1.50),c(12,1,3.06),c(11,1,3.49),c(11,1,2.12),c(8,1,3.52),c(8,1,3.05),c(8,1,2.32),c(8,1,3.26),c(5,1,3.49),c(5,1,3.97),c(4,1,4.36),c(4,1,2.42),c(3,1,4.01),c(2,1,4.91),c(2,1,4.48),c(1,1,2.80),c(1,1,5.00))
  placebo <- rep(0:1, each = 21)
  r1 <- c(143,164,188,188,190,192,206,209,213,216,220,227,230,234,246,265,304,216,244); r2 <- c(142,156,163,198,205,232,232,233,233,233,233,239,240,261,280,280,296,296,323,204,344)
  set.seed(21); n <- 60
  ties <- g("heavy_ties", 1:n, NA, sample(1:5, n, TRUE), rbinom(n, 1, .7), sample(0:2, n, TRUE), sample(c(1, 2, 2.5), n, TRUE), rep(0:1, n / 2), round(rnorm(n), 1), rbinom(n, 1, .3), round(rexp(n), 2))
  ties$event[ties$stratum == 2] <- 0
  m <- 50; entry <- sample(0:6, m, TRUE)
  late <- g("late_entry", rep(1:25, 2), entry, entry + sample(1:8, m, TRUE), rbinom(m, 1, .6), sample(0:1, m, TRUE), round(runif(m, .5, 2), 2), rbinom(m, 1, .5), round(rnorm(m, 50, 10)), round(rnorm(m), 2))
  k <- 24
  none <- g("arm_without_events", 1:k, NA, c(1:12, 1:12) + 0, rep(c(1, 1, 0, 0), c(6, 6, 6, 6)), 0, 1, rep(0:1, each = 12), round(rnorm(k), 2), rbinom(k, 1, .5))
  coll <- g("collinear", 1:20, NA, sample(1:15, 20, TRUE), 1, rep(0:1, 10), 1, rep(0:1, 10), 1:20, 2 * (1:20) + 1, 7)
  small <- rbind(g("one_event", 1:5, NA, 1:5, c(0, 1, 0, 0, 0), 0, 1, c(0, 1, 0, 1, 0), c(5, 3, 2, 4, 1)), g("no_events", 1:4, NA, 1:4, 0, 0, 1, c(0, 1, 0, 1)), g("one_record", 1, NA, 3, 1, 0, 1, 1), g("all_at_once", 1:6, NA, 2, 1, 0, 1, c(0, 1, 0, 1, 0, 1), 1:6),
    g("separated", 1:8, NA, 1:8, 1, 0, 1, rep(1:0, each = 4), c(3, 1, 4, 1, 5, 9, 2, 6)), g("huge_offset", 1:10, NA, c(4, 7, 2, 9, 5, 1, 8, 3, 6, 10), c(1, 1, 0, 1, 1, 1, 0, 1, 1, 0), 0, 1, 1e7 + c(3, 1, 4, 1, 5, 9, 2, 6, 5, 3), 1e-6 * c(2, 7, 1, 8, 2, 8, 1, 8, 2, 8)))
  set.seed(61); k <- 137; cell <- rep(0:3, c(35, 48, 27, 27)); trt <- rbinom(k, 1, .5); fit_score <- sample(seq(10, 99, by = 5), k, TRUE); age <- round(rnorm(k, 58, 10)); prior <- rbinom(k, 1, .3)
  four <- g("four_cells", 1:k, NA, ceiling(rexp(k, exp(-3.2 - .03 * (fit_score - 55) + c(0, .8, 1.1, .3)[cell + 1] + .2 * trt))), rbinom(k, 1, .93), cell, 1, trt, fit_score, age, prior)
  k <- 225; sex <- rbinom(k, 1, .4); grade <- sample(0:2, k, TRUE, c(3, 5, 2)); age <- round(rnorm(k, 62, 9)); fit_score <- pmin(100, 90 - 10 * grade + 10 * sample(-2:1, k, TRUE)); centre <- sample(1:18, k, TRUE)
  t <- ceiling(rexp(k, exp(-6 - .5 * sex + .4 * grade + .01 * (age - 62) + rnorm(18, 0, .3)[centre]))); cens <- sample(180:1000, k, TRUE); centres <- g("centres", centre, NA, pmin(t, cens), as.numeric(t <= cens), grade, 1, sex, age, grade, fit_score)
  # After the crossing the hazard is lower by a factor; the change is part of the person's second record.
  cross <- do.call(rbind, lapply(1:103, function(i) { wait <- ceiling(rexp(1, 1 / 60)); age <- round(rnorm(1, 0, 9), 6); year <- round(runif(1, 0, 6.5), 6); before <- rbinom(1, 1, .15); h <- exp(-5 + .03 * age - .15 * year - .5 * before)
    t <- ceiling(rexp(1, h)); if (t > wait) t <- wait + ceiling(rexp(1, h * .8)); cens <- sample(200:1700, 1); e <- as.numeric(t <= cens); t <- min(t, cens)
    if (t <= wait) g("crossing", i, 0, t, e, before, 1, 0, age, year, before) else g("crossing", i, c(0, wait), c(wait, t), c(0, e), before, 1, c(0, 1), age, year, before) }))
  # Events of one person after another until the end of follow-up, with a person's own rate.
  again <- function(case, i, rate, until, most, x) { at <- 0; out <- NULL; j <- 1; repeat { t <- at + ceiling(rexp(1, rate)); e <- as.numeric(t <= until); t <- min(t, until); if (t > at) out <- rbind(out, g(case, i, at, t, e, j, 1, x[1], x[2], x[3], x[4])); if (!e || t >= until || j == most) break; at <- t; j <- j + 1 }; out }
  recurrences <- do.call(rbind, lapply(1:85, function(i) { x <- c(rbinom(1, 1, .45), sample(1:8, 1, prob = 8:1), sample(1:8, 1, prob = 8:1), 0); again("recurrences", i, rgamma(1, 1.5, 1.5) * exp(-3.5 - .5 * x[1] + .15 * x[2] - .03 * x[3]), sample(10:60, 1), 4, x) }))
  infections <- do.call(rbind, lapply(1:128, function(i) { x <- c(rbinom(1, 1, .5), sample(1:44, 1), rbinom(1, 1, .1), rbinom(1, 1, .2)); again("infections", i, rgamma(1, 1, 1) * exp(-5.3 - .9 * x[1] - .01 * x[2] + .3 * x[3]), sample(160:440, 1), 7, x) }))
  write.csv(rbind(g("freireich", 1:42, NA, f[, 1], f[, 2], 0, 1, placebo, f[, 3], placebo * f[, 3]), g("rats", 1:40, NA, c(r1, r2), c(rep(1, 17), 0, 0, rep(1, 19), 0, 0), 0, 1, rep(0:1, c(19, 21))),
    four, centres, cross, recurrences, infections, ties, late, none, coll, small), "data.csv", row.names = FALSE, quote = FALSE, na = "")
}
d <- read.csv("data.csv"); s <- paste("R", getRversion(), "survival", packageVersion("survival")); tight <- coxph.control(eps = 1e-14, toler.chol = 9e-15, iter.max = 60)
response <- function(dd) if (all(is.na(dd$start))) "Surv(stop, event)" else "Surv(start, stop, event)"
model <- function(dd, columns, strata, weights, ties) {
  form <- as.formula(paste(response(dd), "~", paste(columns, collapse = "+"), if (strata) "+ strata(stratum)"))
  if (weights) coxph(form, dd, weights = weight, ties = ties, control = tight, robust = FALSE) else coxph(form, dd, ties = ties, control = tight)
}
p_chi <- function(x, df) pchisq(x, df, lower.tail = FALSE)
put <- function(case, o, fit, columns) {
  sm <- summary(fit); v <- vcov(fit); ll <- fit$loglik
  for (j in seq_along(columns)) { oj <- paste0(o, ";column=", j - 1); b <- coef(fit)[[j]]; se <- sqrt(v[j, j]); z <- qnorm(.975)
    vals <- c(coefficient = b, se = se, z = b / se, p = 2 * pnorm(-abs(b / se)), ratio = exp(b), lower = exp(b - z * se), upper = exp(b + z * se)); for (k in names(vals)) { bad <- (k == "ratio" && is.infinite(vals[[k]])) || (k %in% c("lower", "upper") && is.infinite(vals[["upper"]])); if (bad) add(case, oj, k, "NE(NotFinite)", 0, "definition") else add(case, oj, k, vals[[k]], 1e-8, s) } }
  if (length(columns) > 1) { add(case, paste0(o, ";column=0;with=1"), "covariance", v[1, 2], 1e-8, s); w <- c(1, -1, rep(0, length(columns) - 2)); est <- sum(w * coef(fit)); add(case, o, "difference", est, 1e-8, s); add(case, o, "difference_se", sqrt(drop(w %*% v %*% w)), 1e-8, s) }
  df <- length(columns); lr <- 2 * (ll[2] - ll[1])
  vals <- c(log_likelihood_null = ll[1], log_likelihood = ll[2], lr = lr, lr_p = p_chi(lr, df), score = fit$score, score_p = p_chi(fit$score, df), wald = drop(coef(fit) %*% solve(v, coef(fit))), df = df); vals <- c(vals, wald_p = p_chi(vals[["wald"]], df))
  for (k in names(vals)) add(case, o, k, vals[[k]], 1e-8, s)
}
xs <- function(k) paste0("x", seq_len(k) - 1)
runs <- list(list("freireich", 1, FALSE), list("freireich", 2, FALSE), list("freireich", 3, FALSE), list("rats", 1, FALSE), list("four_cells", 4, FALSE), list("four_cells", 4, TRUE), list("four_cells", 1, FALSE), list("centres", 4, FALSE), list("centres", 2, TRUE), list("crossing", 4, FALSE), list("crossing", 3, TRUE),
  list("recurrences", 3, FALSE), list("recurrences", 3, TRUE), list("infections", 4, FALSE), list("heavy_ties", 4, FALSE), list("heavy_ties", 4, TRUE), list("heavy_ties", 1, FALSE), list("late_entry", 3, FALSE), list("late_entry", 3, TRUE), list("collinear", 2, FALSE), list("huge_offset", 2, FALSE), list("one_event", 1, FALSE))
for (r in runs) for (ties in c("efron", "breslow", "exact")) {
  case <- r[[1]]; columns <- xs(r[[2]]); dd <- d[d$case == case, ]
  if (case == "one_event" || (ties == "exact" && any(!is.na(dd$start)))) next # survival 3.5.3 returns no model for exact ties with (start, stop]
  fit <- model(dd, columns, r[[3]], FALSE, ties); o <- paste0("ties=", c(efron = "efron", breslow = "breslow", exact = "discrete")[[ties]], ";columns=", paste(columns, collapse = "+"), ";strata=", if (r[[3]]) "yes" else "no")
  cat("\n", case, o, "\n"); print(summary(fit)); put(case, o, fit, columns)
}
# Case weights.
for (case in c("heavy_ties", "late_entry")) for (ties in c("efron", "breslow")) for (st in c(FALSE, TRUE)) {
  columns <- xs(3); fit <- model(d[d$case == case, ], columns, st, TRUE, ties); put(case, paste0("ties=", ties, ";columns=", paste(columns, collapse = "+"), ";strata=", if (st) "yes" else "no", ";weights=yes"), fit, columns)
}
# One column depends on another, one is constant: R leaves them out (NA).
dd <- d[d$case == "collinear", ]; fit <- coxph(Surv(stop, event) ~ x0 + x1 + x2 + x3, dd, control = tight); print(fit); o <- "ties=efron;columns=x0+x1+x2+x3;strata=no"
for (j in 1:2) add("collinear", paste0(o, ";column=", j - 1), "coefficient", coef(fit)[[j]], 1e-8, s)
add("collinear", o, "df", 2, 0, s); add("collinear", o, "lr", 2 * diff(fit$loglik), 1e-8, s)
for (j in 2:3) add("collinear", paste0(o, ";column=", j), "coefficient", "NE(Singular)", 0, "definition")
o <- "ties=efron;columns=x0+x1;strata=yes"; fit <- coxph(Surv(stop, event) ~ x1 + strata(stratum), dd, control = tight); add("collinear", paste0(o, ";column=1"), "coefficient", coef(fit)[[1]], 1e-8, s); add("collinear", paste0(o, ";column=0"), "coefficient", "NE(Singular)", 0, "definition")
# An arm without events: its coefficient goes to minus infinity; the other coefficients are those without the arm.
dd <- d[d$case == "arm_without_events", ]; for (ties in c("efron", "breslow", "exact")) {
  o <- paste0("ties=", c(efron = "efron", breslow = "breslow", exact = "discrete")[[ties]], ";columns=x0+x1+x2;strata=no"); fit <- coxph(Surv(stop, event) ~ x1 + x2, dd[dd$x0 == 0, ], ties = ties, control = tight); print(fit); n0 <- coxph(Surv(stop, event) ~ x0 + x1 + x2, dd, ties = ties, iter = 0)
  add("arm_without_events", paste0(o, ";column=0"), "coefficient", "NE(Separation)", 0, "definition"); add("arm_without_events", paste0(o, ";column=0"), "ratio", "NE(Separation)", 0, "definition"); add("arm_without_events", o, "wald", "NE(Separation)", 0, "definition")
  for (j in 1:2) { add("arm_without_events", paste0(o, ";column=", j), "coefficient", coef(fit)[[j]], 1e-8, paste(s, "without the arm")); add("arm_without_events", paste0(o, ";column=", j), "se", sqrt(vcov(fit)[j, j]), 1e-8, paste(s, "without the arm")) }
  add("arm_without_events", o, "log_likelihood", fit$loglik[2], 1e-9, paste(s, "without the arm")); add("arm_without_events", o, "lr", 2 * (fit$loglik[2] - n0$loglik[1]), 1e-9, s); add("arm_without_events", o, "score", n0$score, 1e-8, s)
}
o <- "ties=efron;columns=x0;strata=no"
add("separated", paste0(o, ";column=0"), "coefficient", "NE(Separation)", 0, "definition"); add("separated", paste0(o, ";column=0"), "robust_se", "NE(Separation)", 0, "definition"); add("no_events", o, "lr", "NE(NoEvents)", 0, "definition"); add("one_record", paste0(o, ";column=0"), "coefficient", "NE(Singular)", 0, "definition"); add("one_record", o, "lr", "NE(Singular)", 0, "definition")
add("one_event", paste0(o, ";column=0"), "coefficient", "NE(Separation)", 0, "definition"); fit <- suppressWarnings(coxph(Surv(stop, event) ~ x0, d[d$case == "one_event", ])); add("one_event", o, "score", fit$score, 1e-9, s); add("one_event", o, "log_likelihood", log(1 / 2), 1e-9, "by hand")
for (ties in c("breslow", "efron")) { fit <- coxph(Surv(stop, event) ~ x0 + x1, d[d$case == "all_at_once", ], ties = ties, control = tight); put("all_at_once", paste0("ties=", ties, ";columns=x0+x1;strata=no"), fit, c("x0", "x1")) }
for (t in c("discrete", "exact_marginal")) add("all_at_once", paste0("ties=", t, ";columns=x0+x1;strata=no;column=0"), "coefficient", "NE(Singular)", 0, "definition")
# SAS TIES=EXACT has no function in R: the likelihood is summed here over all orders of the tied events, maximised by Newton's method with numerical derivatives.
orders <- function(v) if (length(v) < 2) list(v) else do.call(c, lapply(seq_along(v), function(i) lapply(orders(v[-i]), function(w) c(v[i], w))))
marginal <- function(beta, dd, X, strata) { eta <- drop(X %*% beta); r <- exp(eta); total <- 0
  for (st in unique(strata)) { q <- strata == st; for (t in sort(unique(dd$stop[q & dd$event == 1]))) { dead <- which(q & dd$stop == t & dd$event == 1); rest <- sum(r[q & (dd$stop > t | (dd$stop == t & dd$event == 0))])
    total <- total + log(sum(sapply(orders(r[dead]), function(o) prod(o / (rest + rev(cumsum(rev(o)))))))) } }; total }
for (q in list(list("freireich", 1, FALSE), list("freireich", 2, FALSE), list("heavy_ties", 2, TRUE), list("rats", 1, FALSE))) {
  dd <- d[d$case == q[[1]], ]; if (q[[1]] == "heavy_ties") { dd <- dd[dd$stop %in% c(1, 3) | dd$event == 0, ]; dd <- dd[1:28, ] }
  X <- as.matrix(dd[xs(q[[2]])]); st <- if (q[[3]]) dd$stratum else rep(0, nrow(dd)); ll <- function(b) marginal(b, dd, X, st); b <- rep(0, ncol(X))
  for (i in 1:8) b <- b - solve(hessian(ll, b), grad(ll, b)); v <- -solve(hessian(ll, b)); cat("\n", q[[1]], "SAS TIES=EXACT", b, sqrt(diag(v)), ll(b), "\n")
  o <- paste0("ties=exact_marginal;columns=", paste(xs(q[[2]]), collapse = "+"), ";strata=", if (q[[3]]) "yes" else "no", if (q[[1]] == "heavy_ties") ";part=yes"); e <- "sum over all orders of tied events and numDeriv"
  for (j in seq_along(b)) { add(q[[1]], paste0(o, ";column=", j - 1), "coefficient", b[j], 1e-7, e); add(q[[1]], paste0(o, ";column=", j - 1), "se", sqrt(v[j, j]), 1e-7, e) }
  add(q[[1]], o, "log_likelihood", ll(b), 1e-10, e); add(q[[1]], o, "log_likelihood_null", ll(0 * b), 1e-12, e)
}
# Discrete likelihood of (start, stop] records: the sum over all sets of d of those at risk is an elementary symmetric polynomial.
discrete <- function(beta, dd, X) { eta <- drop(X %*% beta); total <- 0
  for (t in sort(unique(dd$stop[dd$event == 1]))) { dead <- dd$stop == t & dd$event == 1; risk <- which(dd$start < t & dd$stop >= t); k <- sum(dead); p <- c(1, rep(0, k)); for (r in exp(eta[risk])) p[-1] <- p[-1] + r * p[-(k + 1)]; total <- total + sum(eta[dead]) - log(p[k + 1]) }; total }
dd <- d[d$case == "late_entry", ]; X <- as.matrix(dd[xs(2)]); X[, 2] <- X[, 2] - 50; ll <- function(b) discrete(b, dd, X); b <- c(0, 0); for (i in 1:8) b <- b - solve(hessian(ll, b), grad(ll, b)); v <- -solve(hessian(ll, b)); o <- "ties=discrete;columns=x0+x1;strata=no"; e <- "elementary symmetric polynomials and numDeriv"
cat("\nlate_entry discrete", b, sqrt(diag(v)), ll(b), "\n"); for (j in 1:2) { add("late_entry", paste0(o, ";column=", j - 1), "coefficient", b[j], 1e-7, e); add("late_entry", paste0(o, ";column=", j - 1), "se", sqrt(v[j, j]), 1e-7, e) }
add("late_entry", o, "log_likelihood", ll(b), 1e-10, e); add("late_entry", o, "log_likelihood_null", ll(0 * b), 1e-12, e)
# Profile-likelihood limits by a root search on coxph with an offset.
profile <- function(case, columns, j, ties, dd = d[d$case == case, ]) {
  fit <- suppressWarnings(coxph(as.formula(paste(response(dd), "~", paste(columns, collapse = "+"))), dd, ties = ties, control = tight)); best <- fit$loglik[2]; others <- setdiff(columns, columns[j])
  f <- function(b) { dd$off <- b * dd[[columns[j]]]; p <- coxph(as.formula(paste(response(dd), "~ offset(off)", if (length(others)) paste("+", paste(others, collapse = "+")))), dd, ties = ties, control = tight); 2 * (best - tail(p$loglik, 1)) - qchisq(.95, 1) }
  list(f = f, b = coef(fit)[[j]], se = sqrt(vcov(fit)[j, j])) }
for (q in list(list("freireich", 2, 1, "efron"), list("freireich", 2, 2, "breslow"), list("crossing", 4, 1, "efron"), list("four_cells", 4, 2, "efron"))) {
  columns <- xs(q[[2]]); p <- profile(q[[1]], columns, q[[3]], q[[4]]); o <- paste0("ties=", q[[4]], ";columns=", paste(columns, collapse = "+"), ";strata=no;column=", q[[3]] - 1)
  low <- uniroot(p$f, c(p$b - 6 * p$se, p$b), tol = 1e-13)$root; high <- uniroot(p$f, c(p$b, p$b + 6 * p$se), tol = 1e-13)$root; cat("\n", q[[1]], "profile", exp(c(low, high)), "\n")
  add(q[[1]], o, "profile_lower", exp(low), 1e-8, paste(s, "offset and uniroot")); add(q[[1]], o, "profile_upper", exp(high), 1e-8, paste(s, "offset and uniroot"))
}
dd <- d[d$case == "arm_without_events", ]; best <- coxph(Surv(stop, event) ~ x1 + x2, dd[dd$x0 == 0, ], control = tight)$loglik[2]
f <- function(b) 2 * (best - coxph(Surv(stop, event) ~ x1 + x2 + offset(b * x0), dd, control = tight)$loglik[2]) - qchisq(.95, 1); o <- "ties=efron;columns=x0+x1+x2;strata=no;column=0"
add("arm_without_events", o, "profile_upper", exp(uniroot(f, c(-6, 3), tol = 1e-13)$root), 1e-7, paste(s, "offset and uniroot")); add("arm_without_events", o, "profile_lower", "NE(Unbounded)", 0, "definition")
# Printed values.
k <- "Kleinbaum & Klein 2012 Survival Analysis (Stata listing); quoted from memory"; o <- "ties=breslow;columns=x0;strata=no"
add("freireich", paste0(o, ";column=0"), "coefficient", "1.509", "abs 6e-4", k); add("freireich", paste0(o, ";column=0"), "se", "0.410", "abs 6e-4", k); add("freireich", paste0(o, ";column=0"), "ratio", "4.523", "abs 6e-4", k)
o <- "ties=breslow;columns=x0+x1;strata=no"; add("freireich", paste0(o, ";column=0"), "coefficient", "1.294", "abs 6e-4", k); add("freireich", paste0(o, ";column=0"), "se", "0.422", "abs 6e-4", k); add("freireich", paste0(o, ";column=0"), "lower", "1.595", "abs 6e-4", k); add("freireich", paste0(o, ";column=0"), "upper", "8.343", "abs 6e-4", k); add("freireich", paste0(o, ";column=1"), "coefficient", "1.604", "abs 6e-4", k); add("freireich", paste0(o, ";column=1"), "se", "0.329", "abs 6e-4", k); add("freireich", o, "log_likelihood", "-72.2795", "abs 3e-4", paste(k, "-2 log L 144.559"))
p <- "SAS/STAT PROC PHREG getting started (rats); quoted from memory"; o <- "ties=breslow;columns=x0;strata=no"; add("rats", paste0(o, ";column=0"), "coefficient", "-0.59590", "abs 6e-6", p); add("rats", paste0(o, ";column=0"), "se", "0.34840", "abs 6e-6", p); add("rats", paste0(o, ";column=0"), "p", "0.0872", "abs 6e-5", p); add("rats", o, "score", "3.0001", "abs 6e-5", p); add("rats", o, "lr", "2.8784", "abs 6e-5", p)
finish()
