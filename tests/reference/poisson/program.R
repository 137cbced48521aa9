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
suppressMessages({ library(MASS); library(sandwich); library(car) })
# data.csv: case, y (count), treatment, x1, x2, stratum, time. dobson is the example of R ?glm (Dobson 1990, p. 93); all
# others are simulated.
if (!file.exists("data.csv")) {
  set.seed(31)
  g <- function(case, y, treatment, x1, x2, stratum, time) data.frame(case, y, treatment, x1, x2, stratum, time)
  n <- 160; t <- rep(0:1, n / 2); x <- round(rnorm(n), 2); s <- sample(0:2, n, TRUE); u <- round(runif(n, 0.2, 1.1), 3)
  m <- 80; tm <- rep(0:1, m / 2); xm <- round(rnorm(m, 60, 12)); q <- sample(0:3, m, TRUE); yq <- rpois(m, exp(0.2 * tm)); yq[q == 3] <- 0
  made <- rbind(
    g("counts", rpois(n, exp(0.5 - 0.4 * t + 0.2 * x)), t, x, 0, s, 1),
    g("rates", rpois(n, u * exp(0.9 - 0.5 * t + 0.2 * s)), t, x, 0, s, u),
    g("exacerbations", rnbinom(n, size = 0.8, mu = u * exp(0.7 - 0.4 * t + 0.3 * x)), t, x, 0, s, u),
    g("lesions", rnbinom(m, size = 4, mu = exp(5 + 0.3 * tm + 0.01 * (xm - 60))), tm, xm, 0, 0, 1),
    g("nearly", rnbinom(m, size = 30, mu = exp(2 + 0.3 * tm)), tm, xm, 0, 0, 1),
    g("under", rbinom(m, 12, 0.5), tm, xm, 0, 0, 1),
    g("zero_stratum", yq, tm, xm, 0, q, 1),
    g("risk", rbinom(n, 1, plogis(-0.3 + 0.8 * t + 0.4 * x)), t, x, 0, s, 1),
    g("dobson", c(18, 17, 15, 20, 10, 20, 25, 13, 12), rep(c(0, 1, 0), 3), rep(c(0, 0, 1), 3), 0, rep(0:2, each = 3), 1))
  set.seed(64); k <- 146; tk <- rbinom(k, 1, 0.53); xk <- rbinom(k, 1, 0.45); zk <- rbinom(k, 1, 0.43); ak <- sample(0:3, k, TRUE, c(27, 46, 40, 33))
  write.csv(rbind(made,
    g("days", rnbinom(k, size = 1.3, mu = exp(2.9 - 0.57 * tk + 0.08 * xk + 0.29 * zk + c(0, -0.45, 0.09, 0.36)[ak + 1])), tk, xk, zk, ak, 1)), "data.csv", row.names = FALSE, quote = FALSE)
}
d <- read.csv("data.csv"); src <- paste("R", getRversion()); tight <- glm.control(epsilon = 1e-15, maxit = 200)
# Once more from the solution: R takes the covariance from the weights before the last step.
fit <- function(f, dd) suppressWarnings({ m <- glm(f, poisson, dd, control = tight); glm(f, poisson, dd, control = tight, start = coef(m)) })
form <- function(terms, offset) as.formula(paste("y ~", gsub("stratum", "factor(stratum)", terms), if (offset) "+ offset(log(time))"))
profile_limit <- function(m, j, sign, level = 0.95) {
  X <- model.matrix(m); b <- coef(m)[j]; se <- sqrt(diag(vcov(m)))[j]; z <- sqrt(qchisq(level, 1)); o <- if (is.null(m$offset)) 0 else m$offset
  fall <- function(v) glm.fit(X[, -j, drop = FALSE], m$y, family = poisson(), offset = o + v * X[, j], control = tight)$deviance - m$deviance
  uniroot(function(v) sqrt(max(0, fall(v))) - z, sort(c(b + sign * 0.3 * se, b + sign * 5 * se)), tol = 1e-13, maxiter = 1000)$root
}
models <- list(list("counts", "treatment+x1+stratum", FALSE), list("rates", "treatment+stratum", TRUE), list("rates", "treatment", FALSE), list("lesions", "treatment+x1", FALSE), list("risk", "treatment+x1", FALSE), list("risk", "treatment", FALSE), list("dobson", "treatment+x1+stratum", FALSE))
for (mm in models) {
  case <- mm[[1]]; o <- paste0("terms=", mm[[2]], if (mm[[3]]) ";offset=time"); dd <- d[d$case == case, ]; m <- fit(form(mm[[2]], mm[[3]]), dd); cat("\n", case, mm[[2]], "\n"); print(summary(m)$coefficients, digits = 12)
  add(case, o, "log_likelihood", as.numeric(logLik(m)), 1e-11, src); add(case, o, "aic", AIC(m), 1e-11, src); add(case, o, "deviance", deviance(m), 1e-9, src)
  for (kind in c("expected", "sandwich", "sandwich_scaled")) {
    V <- switch(kind, expected = vcov(m), sandwich = sandwich(m), sandwich_scaled = sandwich(m) * nobs(m) / (nobs(m) - 1)); s <- if (kind == "expected") src else paste("sandwich", packageVersion("sandwich"))
    for (j in seq_along(coef(m))) {
      b <- coef(m)[[j]]; se <- sqrt(V[j, j]); oj <- paste0(o, ";column=", j - 1, ";covariance=", kind); add(case, oj, "se", se, 1e-9, s); if (kind == "expected") add(case, oj, "estimate", b, "abs 1e-12", s)
      if (case != "dobson") for (level in c(0.95, 0.9)) { ol <- paste0(oj, ";level=", level); q <- qnorm(0.5 + level / 2) * se; add(case, ol, "p", 2 * pnorm(-abs(b / se)), 1e-8, s); add(case, ol, "ratio", exp(b), 1e-9, s); add(case, ol, "ratio_lower", exp(b - q), 1e-9, s); add(case, ol, "ratio_upper", exp(b + q), 1e-9, s) }
    }
  }
  if (case != "dobson") for (j in 2:length(coef(m))) { oj <- paste0(o, ";column=", j - 1, ";level=0.95"); add(case, oj, "profile_lower", profile_limit(m, j, -1), 1e-8, paste(src, "glm and uniroot")); add(case, oj, "profile_upper", profile_limit(m, j, 1), 1e-8, paste(src, "glm and uniroot")) }
  p <- length(coef(m)) - 1; oo <- paste0(o, ";drop=", paste(seq_len(p), collapse = "+")); null <- fit(if (mm[[3]]) y ~ 1 + offset(log(time)) else y ~ 1, dd)
  add(case, oo, "lr", anova(null, m, test = "LRT")$Deviance[2], 1e-8, src); add(case, oo, "score", anova(null, m, test = "Rao")$Rao[2], 1e-8, src)
  add(case, oo, "wald", linearHypothesis(m, names(coef(m))[-1], test = "Chisq")$Chisq[2], 1e-8, paste("car", packageVersion("car"))); add(case, paste0(oo, ";covariance=sandwich"), "wald", linearHypothesis(m, names(coef(m))[-1], test = "Chisq", vcov. = sandwich(m))$Chisq[2], 1e-8, "car and sandwich")
}
# A stratum without any event: its rate is 0, the rest is estimated without it.
dd <- d[d$case == "zero_stratum", ]; o <- "terms=treatment+stratum"; m <- fit(form("treatment+stratum", FALSE), dd[dd$stratum != 3, ])
for (j in 1:4) { oj <- paste0(o, ";column=", j - 1, ";covariance=expected"); add("zero_stratum", oj, "estimate", coef(m)[[j]], 1e-9, paste(src, "without the stratum")); add("zero_stratum", oj, "se", sqrt(vcov(m)[j, j]), 1e-9, paste(src, "without the stratum")) }
add("zero_stratum", paste0(o, ";column=4;covariance=expected"), "estimate", "NE(Separation)", 0, "definition"); add("zero_stratum", o, "log_likelihood", as.numeric(logLik(m)), 1e-11, paste(src, "without the stratum"))
# Printed by R for ?glm: estimates and standard errors of the two outcomes, residual deviance, AIC.
p <- "Dobson (1990) as printed in R; quoted from memory"; o <- "terms=treatment+x1+stratum"; v <- list(c("3.045", "0.1709"), c("-0.4543", "0.2022"), c("-0.2930", "0.1927"))
for (j in 1:3) { oj <- paste0(o, ";column=", j - 1, ";covariance=expected"); add("dobson", oj, "estimate", v[[j]][1], if (j == 1) "abs 6e-4" else "abs 6e-5", p); add("dobson", oj, "se", v[[j]][2], "abs 6e-5", p) }
add("dobson", o, "deviance", "5.1291", "abs 6e-5", p); add("dobson", o, "aic", "56.76", "abs 6e-3", p)
finish()
