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
# data.csv: case, y (0 or 1), treatment, x1, x2, stratum. All are simulated; wide has covariates of
# unlike size, one_way a treatment with the event always (quasi-complete separation).
if (!file.exists("data.csv")) {
  set.seed(21)
  g <- function(case, y, treatment, x1, x2, stratum) data.frame(case, y, treatment, x1, x2, stratum)
  n <- 150; t <- rep(0:1, n / 2); x <- round(rnorm(n, 50, 10), 1); z <- round(rexp(n), 2); s <- sample(0:3, n, TRUE, c(4, 3, 2, 1))
  k <- 220; tk <- rep(0:1, k / 2); xk <- round(rnorm(k), 2); yk <- rbinom(k, 1, plogis(-3.4 + 0.8 * tk + 0.5 * xk))
  m <- 60; tm <- rep(0:1, m / 2); year <- 1990 + sample(0:30, m, TRUE); q <- sample(0:3, m, TRUE)
  yq <- rbinom(m, 1, plogis(0.4 * tm - 0.3)); yq[q == 2] <- 0
  c <- 16; xc <- 1:c
  made <- rbind(
    g("trial", rbinom(n, 1, plogis(-0.5 + 0.7 * t + 0.03 * (x - 50) - 0.4 * z + 0.3 * s)), t, x, z, s),
    g("rare", yk, tk, xk, 0, 0),
    g("years", rbinom(m, 1, plogis(0.5 * tm + 0.08 * (year - 2005))), tm, year, year / 1000, 0),
    g("quasi", yq, tm, round(rnorm(m), 2), 0, q),
    g("complete", as.numeric(xc > 8), rep(0:1, c / 2), xc, 0, 0),
    g("collinear", rbinom(m, 1, 0.4), tm, tm + 1, year, 0))
  set.seed(63); w <- 189; age <- round(rgamma(w, 20, 0.86)); size <- round(rgamma(w, 18, 0.14)); visits <- rpois(w, 0.8); race <- sample(0:2, w, TRUE, c(5, 1.4, 3.5))
  e <- 79; nv <- rep(1:0, c(13, e - 13)); pi <- sample(0:45, e, TRUE); eh <- round(runif(e, 0.3, 3.6), 2); ye <- rbinom(e, 1, plogis(2.5 - 0.03 * pi - 1.8 * eh)); ye[nv == 1] <- 1
  write.csv(rbind(made,
    g("wide", rbinom(w, 1, plogis(1.3 - 0.024 * age - 0.014 * size + c(0, 1, 0.4)[race + 1] - 0.05 * visits)), age, size, visits, race),
    g("one_way", ye, nv, pi, eh, 0)), "data.csv", row.names = FALSE, quote = FALSE)
}
d <- read.csv("data.csv"); src <- paste("R", getRversion())
# Tight: R stops at a relative change of the deviance of 1e-8 by default.
tight <- glm.control(epsilon = 1e-15, maxit = 200)
# Once more from the solution: R takes the covariance from the weights before the last step.
fit <- function(f, dd) suppressWarnings({ m <- glm(f, binomial, dd, control = tight); s <- coef(m); s[is.na(s)] <- 0; glm(f, binomial, dd, control = tight, start = s) })
form <- function(terms) as.formula(paste("y ~", gsub("stratum", "factor(stratum)", terms)))
# Profile limits by a root search on glm with the coefficient as an offset (confint of MASS interpolates a spline).
profile_limit <- function(m, j, sign, level = 0.95) {
  X <- model.matrix(m); b <- coef(m)[j]; se <- sqrt(diag(vcov(m)))[j]; z <- sqrt(qchisq(level, 1))
  lp <- function(v) suppressWarnings(-glm.fit(X[, -j, drop = FALSE], m$y, family = binomial(), offset = v * X[, j], control = tight)$deviance / 2)
  top <- -m$deviance / 2
  uniroot(function(v) sqrt(max(0, 2 * (top - lp(v)))) - z, sort(c(b + sign * 0.3 * se, b + sign * 6 * se)), tol = 1e-13, maxiter = 1000)$root
}
models <- list(c("trial", "treatment+x1+x2+stratum"), c("trial", "treatment"), c("trial", "treatment+stratum"), c("rare", "treatment+x1"),
  c("years", "treatment+x1"), c("wide", "treatment+x1+stratum+x2"), c("quasi", "treatment+x1"))
for (mm in models) {
  case <- mm[1]; o <- paste0("terms=", mm[2]); dd <- d[d$case == case, ]; m <- fit(form(mm[2]), dd)
  cat("\n", case, mm[2], "\n"); print(summary(m)$coefficients, digits = 12)
  add(case, o, "log_likelihood", as.numeric(logLik(m)), 1e-11, src); add(case, o, "aic", AIC(m), 1e-11, src)
  for (kind in c("expected", "observed", "sandwich", "sandwich_scaled")) {
    V <- switch(kind, expected = vcov(m), observed = vcov(m), sandwich = sandwich(m), sandwich_scaled = sandwich(m) * nobs(m) / (nobs(m) - 1))
    s <- if (kind %in% c("expected", "observed")) src else paste("sandwich", packageVersion("sandwich"))
    for (j in seq_along(coef(m))) {
      b <- coef(m)[[j]]; se <- sqrt(V[j, j]); oj <- paste0(o, ";column=", j - 1, ";covariance=", kind)
      if (kind == "expected") { add(case, oj, "estimate", b, 1e-9, s); add(case, oj, "or", exp(b), 1e-9, s) }
      add(case, oj, "se", se, 1e-9, s)
      if (kind %in% c("expected", "sandwich")) {
        add(case, oj, "z", b / se, 1e-8, s); add(case, oj, "p", 2 * pnorm(-abs(b / se)), 1e-8, s)
        add(case, oj, "lower", b - qnorm(0.975) * se, 1e-8, s); add(case, oj, "upper", b + qnorm(0.975) * se, 1e-8, s)
        o9 <- paste0(oj, ";level=0.9"); add(case, o9, "or_lower", exp(b - qnorm(0.95) * se), 1e-8, s); add(case, o9, "or_upper", exp(b + qnorm(0.95) * se), 1e-8, s)
      }
    }
    co <- paste0(o, ";covariance=", kind, ";column=1;with=0"); add(case, co, "covariance", V[1, 2], 1e-8, s)
  }
  for (j in 2:length(coef(m))) for (level in c(0.95, 0.9)) {
    oj <- paste0(o, ";column=", j - 1, ";level=", level)
    add(case, oj, "profile_lower", profile_limit(m, j, -1, level), 1e-8, paste(src, "glm and uniroot")); add(case, oj, "profile_upper", profile_limit(m, j, 1, level), 1e-8, paste(src, "glm and uniroot"))
  }
  # Global tests and tests of the first term.
  p <- length(coef(m)) - 1; all <- paste(seq_len(p), collapse = "+")
  null <- fit(y ~ 1, dd); r <- anova(null, m, test = "Rao"); l <- anova(null, m, test = "LRT"); w <- linearHypothesis(m, names(coef(m))[-1], test = "Chisq")
  oo <- paste0(o, ";drop=", all)
  add(case, oo, "lr", l$Deviance[2], 1e-9, src); add(case, oo, "lr_p", l[2, "Pr(>Chi)"], 1e-8, src); add(case, oo, "lr_df", l$Df[2], 0, src)
  add(case, oo, "score", r$Rao[2], 1e-8, src); add(case, oo, "score_p", r[2, "Pr(>Chi)"], 1e-8, src); add(case, oo, "wald", w$Chisq[2], 1e-8, paste("car", packageVersion("car")))
  if (grepl("\\+", mm[2])) {
    rest <- fit(update(form(mm[2]), . ~ . - treatment), dd); r <- anova(rest, m, test = "Rao"); l <- anova(rest, m, test = "LRT"); oo <- paste0(o, ";drop=1")
    add(case, oo, "lr", l$Deviance[2], 1e-8, src); add(case, oo, "score", r$Rao[2], 1e-7, src); add(case, oo, "wald", (coef(m)[2]^2 / vcov(m)[2, 2])[[1]], 1e-8, src)
  }
  # Marginal risks; treatment is 0 or 1 there.
  if (case %in% c("trial", "rare", "years")) {
    n <- nrow(dd); cf <- lapply(0:1, function(a) { e <- dd; e$treatment <- a; X <- model.matrix(delete.response(terms(m)), e); p <- plogis(drop(X %*% coef(m))); list(p = p, g = colMeans(p * (1 - p) * X)) })
    mu <- sapply(cf, function(a) mean(a$p)); G <- rbind(cf[[1]]$g, cf[[2]]$g)
    y <- dd$y; a <- dd$treatment; pi <- c(mean(a == 0), mean(a == 1)); pr <- cbind(cf[[1]]$p, cf[[2]]$p)
    ye <- function(mod, strata = NULL) {
      V <- matrix(0, 2, 2)
      for (i in 1:2) { w <- a == i - 1; cyp <- cov(y[w], pr[w, i]); vr <- if (mod) var(y[w] - pr[w, i]) else var(y[w]) - 2 * cyp + var(pr[, i]); V[i, i] <- vr / pi[i] + 2 * cyp - var(pr[, i]) }
      w0 <- a == 0; w1 <- a == 1; V[1, 2] <- V[2, 1] <- cov(y[w0], pr[w0, 2]) + cov(y[w1], pr[w1, 1]) - cov(pr[, 1], pr[, 2])
      if (!is.null(strata)) for (z in unique(strata)) { R <- diag(c(mean((y - pr[, 1])[w0 & strata == z]), mean((y - pr[, 2])[w1 & strata == z])) / pi); V <- V - mean(strata == z) * R %*% (diag(pi) - pi %*% t(pi)) %*% R }
      V / n
    }
    kinds <- list(delta_expected = G %*% vcov(m) %*% t(G), delta_sandwich = G %*% sandwich(m) %*% t(G), robust_decomposed = ye(FALSE), robust_residual = ye(TRUE))
    if (grepl("stratum", mm[2])) kinds$robust_strata <- ye(FALSE, dd$stratum)
    for (kind in names(kinds)) {
      V <- kinds[[kind]]; ok <- paste0(o, ";variance=", kind); s <- paste(src, "by the formula")
      put <- function(name, est, grad, back) { se <- sqrt(drop(t(grad) %*% V %*% grad)); add(case, ok, paste0(name, "_estimate"), back(est), 1e-9, s); add(case, ok, paste0(name, "_se"), se, 1e-8, s)
        add(case, ok, paste0(name, "_lower"), back(est - qnorm(0.975) * se), 1e-8, s); add(case, ok, paste0(name, "_upper"), back(est + qnorm(0.975) * se), 1e-8, s); add(case, ok, paste0(name, "_p"), 2 * pnorm(-abs(est / se)), 1e-7, s) }
      put("difference", mu[2] - mu[1], c(-1, 1), identity); put("ratio", log(mu[2] / mu[1]), c(-1 / mu[1], 1 / mu[2]), exp); put("odds", qlogis(mu[2]) - qlogis(mu[1]), c(-1, 1) / (mu * (1 - mu)), exp)
    }
    for (i in 1:2) add(case, paste0(o, ";variance=delta_expected;arm=", i - 1), "risk", mu[i], 1e-9, src)
  }
}
# Collinear: x1 = treatment + 1, left out by R too.
dd <- d[d$case == "collinear", ]; m <- fit(y ~ treatment + x2, dd); o <- "terms=treatment+x1+x2"
add("collinear", paste0(o, ";column=1;covariance=expected"), "estimate", coef(m)[[2]], 1e-9, src); add("collinear", paste0(o, ";column=2;covariance=expected"), "estimate", "NE(Singular)", 0, "definition")
add("collinear", paste0(o, ";column=3;covariance=expected"), "se", sqrt(vcov(m)[3, 3]), 1e-8, src); add("collinear", paste0(o, ";drop=2"), "lr", "NE(Singular)", 0, "definition")
# Quasi-complete separation: stratum 2 has no event. The other coefficients are those without its records; the likelihood is the limit.
dd <- d[d$case == "quasi", ]; o <- "terms=treatment+x1+stratum"; m <- fit(y ~ treatment + x1 + factor(stratum), dd[dd$stratum != 2, ]); whole <- fit(y ~ treatment + x1 + factor(stratum), dd); none <- fit(y ~ treatment + x1, dd)
print(table(dd$stratum, dd$y)); print(coef(whole)); add("quasi", o, "log_likelihood", as.numeric(logLik(m)), 1e-11, src)
for (j in 1:5) { k <- c(0, 1, 2, 3, 5)[j]; ok <- paste0(o, ";column=", k, ";covariance=expected"); add("quasi", ok, "estimate", coef(m)[[j]], 1e-9, paste(src, "without the stratum")); add("quasi", ok, "se", sqrt(diag(vcov(m)))[[j]], 1e-9, paste(src, "without the stratum")) }
for (j in 2:3) { ok <- paste0(o, ";column=", j - 1, ";level=0.95"); add("quasi", ok, "profile_lower", profile_limit(m, j, -1), 1e-8, paste(src, "without the stratum")); add("quasi", ok, "profile_upper", profile_limit(m, j, 1), 1e-8, paste(src, "without the stratum")) }
add("quasi", paste0(o, ";column=4;covariance=expected"), "estimate", "NE(Separation)", 0, "definition"); add("quasi", paste0(o, ";drop=3+4+5"), "wald", "NE(Separation)", 0, "definition")
add("quasi", paste0(o, ";drop=3+4+5"), "lr", none$deviance - m$deviance, 1e-9, paste(src, "without the stratum")); add("quasi", paste0(o, ";drop=3+4+5"), "lr_df", 3, 0, "definition")
add("quasi", paste0(o, ";drop=3+4+5"), "score", anova(none, whole, test = "Rao")$Rao[2], 1e-6, paste(src, "glm stopped on its way to infinity"))
# One finite limit: the profile of the infinite coefficient.
X <- model.matrix(whole); lp <- function(v) -glm.fit(X[, -5], whole$y, family = binomial(), offset = v * X[, 5], control = tight)$deviance / 2
add("quasi", paste0(o, ";column=4;level=0.95"), "profile_upper", uniroot(function(v) 2 * (as.numeric(logLik(m)) - lp(v)) - qchisq(0.95, 1), c(-8, 4), tol = 1e-13)$root, 1e-8, paste(src, "glm and uniroot")); add("quasi", paste0(o, ";column=4;level=0.95"), "profile_lower", "NE(Unbounded)", 0, "definition")
o <- "terms=x1"; add("complete", paste0(o, ";column=1;covariance=expected"), "estimate", "NE(Separation)", 0, "definition"); add("complete", paste0(o, ";column=0;covariance=expected"), "estimate", "NE(Separation)", 0, "definition"); add("complete", o, "log_likelihood", 0, 0, "definition")
add("complete", paste0(o, ";drop=1"), "lr", 32 * log(2), 1e-12, "by hand"); add("complete", paste0(o, ";column=1;level=0.95"), "profile_upper", "NE(Unbounded)", 0, "definition")
dd <- d[d$case == "one_way", ]; o <- "terms=treatment+x1+x2"; m <- fit(y ~ x1 + x2, dd[dd$treatment == 0, ]); add("one_way", paste0(o, ";column=1;covariance=expected"), "estimate", "NE(Separation)", 0, "definition")
for (j in 2:3) add("one_way", paste0(o, ";column=", j, ";covariance=expected"), "estimate", coef(m)[[j]], 1e-9, paste(src, "without treatment 1"))
finish()
