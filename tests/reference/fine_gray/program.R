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
# data.csv: case, time, status (0 censored, 1 the cause, 2 and 3 competing), group (of censoring), x0 to x2.
# All simulated. long: many years in whole months, the cause rare, the competing event frequent. continuous: no ties. months: many ties,
# also of events with censorings. no_competing, no_censoring, arm_without_events: what the names say.
suppressMessages({ library(survival); library(cmprsk) })
if (!file.exists("data.csv")) {
  g <- function(case, time, status, group, x0, x1, x2 = 0) data.frame(case, time, status, group, x0, x1, x2)
  set.seed(5); n <- 90; x <- rbinom(n, 1, .5); y <- round(rnorm(n), 2); t <- rexp(n, exp(.5 * x - .3 * y)); k <- sample(1:3, n, TRUE, c(4, 3, 1)); cens <- runif(n, 0, 2)
  a <- g("continuous", round(pmin(t, cens), 6), ifelse(t <= cens, k, 0), rbinom(n, 1, .5), x, y, round(runif(n), 3)); stopifnot(!anyDuplicated(a$time))
  b <- a; b$case <- "months"; b$time <- ceiling(b$time * 5); c <- b[b$status < 2, ]; c$case <- "no_competing"; e <- a[a$status > 0, ]; e$case <- "no_censoring"
  f <- b[1:40, ]; f$case <- "arm_without_events"; f$status[f$x0 == 1 & f$status == 1] <- 2; z <- b[1:12, ]; z$case <- "no_cause"; z$status[z$status == 1] <- 3
  set.seed(62); n <- 297; sex <- rbinom(n, 1, .55); age <- round(pmin(95, pmax(30, rnorm(n, 70, 12)))); level <- round(rnorm(n, 13.2, 1.8), 1)
  t1 <- rexp(n, exp(-6.6 - .1 * (level - 13))); t2 <- rexp(n, exp(-4.9 + .05 * (age - 70) + .2 * sex)); cens <- runif(n, 20, 400); long <- g("long", ceiling(pmin(t1, t2, cens)), ifelse(pmin(t1, t2) > cens, 0, ifelse(t1 < t2, 1, 2)), sex, sex, age, level)
  write.csv(rbind(long, a, b, c, e, f, z), "data.csv", row.names = FALSE, quote = FALSE)
}
d <- read.csv("data.csv"); s <- paste("R", getRversion(), "cmprsk", packageVersion("cmprsk")); sv <- paste("R", getRversion(), "survival", packageVersion("survival"))
# crr gives up where its line search meets rounding: two Newton steps from its own score and information end the iteration.
exact_crr <- function(...) { fit <- crr(..., gtol = 1e-10, maxiter = 50); for (i in 1:2) fit <- crr(..., init = fit$coef + drop(solve(fit$inf, fit$score)), maxiter = 0); fit }
xs <- function(k) paste0("x", seq_len(k) - 1); z <- qnorm(.975)
put <- function(case, o, b, v, s, tol = 1e-8) for (j in seq_along(b)) { oj <- paste0(o, ";column=", j - 1); se <- sqrt(v[j, j]); vals <- c(coefficient = b[[j]], se = se, z = b[[j]] / se, p = 2 * pnorm(-abs(b[[j]] / se)), ratio = exp(b[[j]]), lower = exp(b[[j]] - z * se), upper = exp(b[[j]] + z * se)); for (k in names(vals)) add(case, oj, k, vals[[k]], tol, s) }
for (r in list(list("long", 3), list("long", 1), list("continuous", 3), list("continuous", 1), list("months", 3), list("no_competing", 2), list("no_censoring", 3))) for (cause in if (r[[1]] %in% c("continuous", "months", "long")) 1:2 else 1) {
  case <- r[[1]]; columns <- xs(r[[2]]); dd <- d[d$case == case, ]; x <- as.matrix(dd[columns]); cs <- paste0(";columns=", paste(columns, collapse = "+"), ";cause=", cause)
  fit <- exact_crr(dd$time, dd$status, x, failcode = cause); cat("\n", case, cs, "\n"); print(summary(fit)); o <- paste0("method=cmprsk", cs); put(case, o, fit$coef, fit$var, s)
  if (length(columns) > 1) add(case, paste0(o, ";column=0;with=1"), "covariance", fit$var[1, 2], 1e-8, s); wald <- drop(fit$coef %*% solve(fit$var, fit$coef)); add(case, o, "wald", wald, 1e-8, s); add(case, o, "wald_p", pchisq(wald, length(columns), lower.tail = FALSE), 1e-8, s)
  add(case, o, "log_likelihood", fit$loglik, 1e-10, s); add(case, o, "log_likelihood_null", fit$loglik.null, 1e-10, s)
  at <- apply(x, 2, median) + .1; pr <- predict(fit, rbind(at)); for (i in unique(round(seq(1, nrow(pr), length.out = 4)))) add(case, paste0(o, ";at=", paste(at, collapse = "+"), ";time=", pr[i, 1]), "incidence", pr[i, 2], 1e-8, s)
  # Groups with a censoring curve each: the coefficients; crr sums its variance over the other groups' subjects too and is no reference for it.
  fg <- exact_crr(dd$time, dd$status, x, failcode = cause, cengroup = dd$group); og <- paste0("method=cmprsk;groups=yes", cs); for (j in seq_along(columns)) add(case, paste0(og, ";column=", j - 1), "coefficient", fg$coef[[j]], 1e-8, s); add(case, og, "log_likelihood", fg$loglik, 1e-10, s)
  # finegray with strata splits only at its own stratum's events: a reference for one censoring curve only.
  for (ties in c("breslow", "efron")) { dd$own <- seq_len(nrow(dd)); dd$ev <- factor(dd$status, 0:3); e <- finegray(Surv(time, ev) ~ ., dd, etype = as.character(cause))
    cf <- coxph(as.formula(paste("Surv(fgstart, fgstop, fgstatus) ~", paste(columns, collapse = "+"))), e, weights = fgwt, ties = ties, cluster = own, control = coxph.control(eps = 1e-14, toler.chol = 9e-15, iter.max = 60))
    of <- paste0("method=finegray;ties=", ties, cs); put(case, of, coef(cf), vcov(cf), sv); add(case, of, "log_likelihood", cf$loglik[2], 1e-10, sv) }
}
o <- "method=cmprsk;columns=x0+x1;cause=1"; dd <- d[d$case == "no_competing", ]; cf <- coxph(Surv(time, status) ~ x0 + x1, dd, ties = "breslow", robust = TRUE, control = coxph.control(eps = 1e-14, toler.chol = 9e-15)); put("no_competing", o, coef(cf), vcov(cf), sv)
dd <- d[d$case == "arm_without_events", ]; add("arm_without_events", paste0(o, ";column=0"), "coefficient", "NE(Separation)", 0, "definition")
add("no_cause", o, "log_likelihood", "NE(NoEvents)", 0, "definition"); add("no_competing", "method=cmprsk;columns=x0+x0;cause=1;column=1", "coefficient", "NE(Singular)", 0, "definition"); add("months", "method=cmprsk;columns=x0;cause=0", "log_likelihood", "NE(InvalidArgument)", 0, "definition")
finish()
