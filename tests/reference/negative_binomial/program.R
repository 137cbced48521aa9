# Run in this folder: Rscript program.R > listing.txt
# Reads ../poisson/data.csv, writes expected.csv.
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
suppressMessages({ library(MASS); library(sandwich); library(numDeriv) })
d <- read.csv("../poisson/data.csv"); src <- paste("MASS", packageVersion("MASS"), "with theta polished"); num <- paste("numDeriv", packageVersion("numDeriv"), "on dnbinom")
form <- function(terms, offset) as.formula(paste("y ~", gsub("stratum", "factor(stratum)", terms), if (offset) "+ offset(log(time))"))
tight <- glm.control(epsilon = 1e-15, maxit = 500)
# glm.nb stops early in theta (theta.ml uses eps = 1.2e-4): theta and the coefficients are polished in turn.
fit <- function(f, dd) {
  m <- glm.nb(f, dd, control = tight); th <- m$theta; y <- m$y
  score <- function(th, mu) sum(digamma(th + y) - digamma(th) + log(th) + 1 - log(th + mu) - (y + th) / (mu + th))
  for (i in 1:60) { g <- glm(f, negative.binomial(th), dd, control = tight, start = coef(m)); new <- uniroot(score, th * c(0.5, 2), mu = fitted(g), tol = th * 1e-15, extendInt = "yes")$root; if (abs(new - th) < 1e-13 * th) break; th <- new }
  g <- glm(f, negative.binomial(th), dd, control = tight, start = coef(g))
  ll <- sum(dnbinom(y, size = th, mu = fitted(g), log = TRUE)); mu <- fitted(g)
  X <- model.matrix(g); off <- if (is.null(g$offset)) 0 else g$offset
  list(g = g, theta = th, ll = ll, X = X, off = off, y = y, se_given = 1 / sqrt(sum(-trigamma(th + y) + trigamma(th) - 1 / th + 2 / (mu + th) - (y + th) / (mu + th)^2)), expected = summary(g, dispersion = 1)$cov.scaled)
}
models <- list(list("exacerbations", "treatment+x1", TRUE), list("exacerbations", "treatment", FALSE), list("exacerbations", "treatment+x1+stratum", TRUE), list("lesions", "treatment+x1", FALSE), list("nearly", "treatment", FALSE), list("days", "treatment+x1+x2+stratum", FALSE))
for (mm in models) {
  case <- mm[[1]]; o <- paste0("terms=", mm[[2]], if (mm[[3]]) ";offset=time"); dd <- d[d$case == case, ]; f <- form(mm[[2]], mm[[3]]); m <- fit(f, dd); b <- coef(m$g); q <- length(b)
  cat("\n", case, mm[[2]], "theta", m$theta, "glm.nb", glm.nb(f, dd)$theta, "2 x log-likelihood", 2 * m$ll, "\n"); print(b, digits = 12)
  add(case, o, "theta", m$theta, 1e-8, src); add(case, o, "dispersion", 1 / m$theta, 1e-8, src); add(case, o, "log_likelihood", m$ll, 1e-10, src); add(case, o, "theta_se_given", m$se_given, 1e-7, src)
  # Observed information of coefficients and dispersion, by numerical derivatives of the log-likelihood. Columns are centred for their sake.
  k <- colMeans(m$X); k[1] <- 0; Z <- sweep(m$X, 2, k); A <- diag(q); A[1, ] <- A[1, ] + k; bz <- drop(A %*% b)
  H <- -hessian(function(v) sum(dnbinom(m$y, size = exp(-v[q + 1]), mu = exp(drop(Z %*% v[1:q]) + m$off), log = TRUE)), c(bz, -log(m$theta)), method.args = list(r = 4)); B <- solve(A)
  J <- solve(H); joint <- B %*% J[1:q, 1:q] %*% t(B); given <- B %*% solve(H[1:q, 1:q]) %*% t(B)
  add(case, o, "theta_se_joint", m$theta * sqrt(J[q + 1, q + 1]), 1e-6, num); add(case, o, "dispersion_se", sqrt(J[q + 1, q + 1]) / m$theta, 1e-6, num)
  for (kind in c("expected", "observed", "joint", "sandwich")) {
    V <- switch(kind, expected = m$expected, observed = given, joint = joint, sandwich = { mu <- fitted(m$g); U <- m$X * ((m$y - mu) / (1 + mu / m$theta)); m$expected %*% crossprod(U) %*% m$expected }); s <- switch(kind, expected = src, sandwich = paste(src, "by the formula"), num); tol <- if (kind %in% c("expected", "sandwich")) 1e-8 else 1e-6
    for (j in 1:q) { oj <- paste0(o, ";column=", j - 1, ";covariance=", kind); se <- sqrt(V[j, j]); if (kind == "expected") add(case, oj, "estimate", b[[j]], "abs 1e-9", s); add(case, oj, "se", se, tol, s); add(case, oj, "ratio_lower", exp(b[[j]] - qnorm(0.975) * se), tol, s); add(case, oj, "ratio_upper", exp(b[[j]] + qnorm(0.975) * se), tol, s); add(case, oj, "p", 2 * pnorm(-abs(b[[j]] / se)), 10 * tol, s) }
  }
  null <- fit(update(f, . ~ . - treatment), dd); add(case, paste0(o, ";drop=1"), "lr", 2 * (m$ll - null$ll), 1e-6, src)
  po <- glm(f, poisson, dd, control = tight); t <- 2 * (m$ll - as.numeric(logLik(po))); add(case, o, "dispersion_test", t, 1e-7, src); if (pchisq(t, 1, lower.tail = FALSE) > 1e-200) add(case, o, "dispersion_p", pchisq(t, 1, lower.tail = FALSE) / 2, 1e-5, src)
}
# Less variable than Poisson counts: theta runs to infinity, the model is Poisson.
dd <- d[d$case == "under", ]; m <- glm(y ~ treatment, poisson, dd, control = tight); m <- glm(y ~ treatment, poisson, dd, control = tight, start = coef(m)); o <- "terms=treatment"; s <- paste("R", getRversion(), "Poisson")
print(c(theta = suppressWarnings(glm.nb(y ~ treatment, dd)$theta))); add("under", o, "theta", "NE(Unbounded)", 0, "definition"); add("under", o, "dispersion", 0, 0, "definition"); add("under", o, "log_likelihood", as.numeric(logLik(m)), 1e-11, s); add("under", o, "dispersion_p", 1, 0, "definition")
for (j in 1:2) for (kind in c("expected", "joint")) { oj <- paste0(o, ";column=", j - 1, ";covariance=", kind); add("under", oj, "estimate", coef(m)[[j]], 1e-9, s); add("under", oj, "se", sqrt(vcov(m)[j, j]), 1e-9, s) }
# A stratum without any event.
dd <- d[d$case == "zero_stratum" & d$stratum != 3, ]; f <- form("treatment+stratum", FALSE); po <- glm(f, poisson, dd); o <- "terms=treatment+stratum"; cat("zero_stratum dispersion score", sum((po$y - fitted(po))^2 - po$y), "\n")
add("zero_stratum", paste0(o, ";column=4;covariance=joint"), "se", "NE(Separation)", 0, "definition")
finish()
