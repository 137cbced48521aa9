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
suppressMessages(library(mitml))
s <- paste("R", getRversion()); e <- paste("mitml", packageVersion("mitml"))
# data.csv: case, imputation, e1..e3 estimates, c11 c12 c13 c22 c23 c33 covariance; blank where a case has fewer parameters.
if (!file.exists("data.csv")) {
  set.seed(72)
  g <- function(case, m, k, between, within) {
    do.call(rbind, lapply(1:m, function(i) {
      a <- matrix(rnorm(k * k), k); cv <- round(within * (crossprod(a) / 4 + diag(k)), 4); es <- round(rnorm(k, 1, between), 4)
      f <- matrix(NA, 3, 3); f[1:k, 1:k] <- cv; ev <- rep(NA, 3); ev[1:k] <- es
      data.frame(case, imputation = i, e1 = ev[1], e2 = ev[2], e3 = ev[3], c11 = f[1, 1], c12 = f[1, 2], c13 = f[1, 3], c22 = f[2, 2], c23 = f[2, 3], c33 = f[3, 3])
    }))
  }
  d <- rbind(g("three", 10, 3, 0.3, 0.2), g("two", 5, 2, 0.5, 0.1), g("few", 2, 2, 0.4, 0.3), g("one", 6, 1, 0.5, 0.3), g("single", 1, 1, 0.3, 0.2))
  x <- g("flat", 4, 2, 0.3, 0.2); x$e1 <- 1; x$e2 <- -0.5; d <- rbind(d, x)
  x <- g("singular", 3, 2, 0.3, 0.2); x$c11 <- 1; x$c12 <- 2; x$c22 <- 4; d <- rbind(d, x)
  write.csv(d, "data.csv", row.names = FALSE, quote = FALSE, na = "")
}
d <- read.csv("data.csv")
for (case in unique(d$case)) for (null in c(0, 0.8)) {
  dd <- d[d$case == case, ]; k <- sum(!is.na(dd[1, c("e1", "e2", "e3")])); m <- nrow(dd); o <- paste0("k=", k, ";null=", null)
  if (case == "single") { add(case, o, "f", "NE(TooFewValues)", 0, "definition"); next }
  if (case == "singular") { add(case, o, "f", "NE(Singular)", 0, "definition"); next }
  es <- lapply(1:m, function(i) unlist(dd[i, c("e1", "e2", "e3")])[1:k])
  cs <- lapply(1:m, function(i) { f <- with(dd[i, ], matrix(c(c11, c12, c13, c12, c22, c23, c13, c23, c33), 3)); f[1:k, 1:k, drop = FALSE] })
  qb <- Reduce(`+`, es) / m; ub <- Reduce(`+`, cs) / m; b <- Reduce(`+`, lapply(es, function(x) tcrossprod(x - qb))) / (m - 1)
  r <- (1 + 1 / m) * sum(diag(b %*% solve(ub))) / k; f <- drop(t(qb - null) %*% solve(ub) %*% (qb - null)) / k / (1 + r); t <- k * (m - 1)
  v <- if (r == 0) Inf else if (t > 4) 4 + (t - 4) * (1 + (1 - 2 / t) / r)^2 else t * (1 + 1 / k) * (1 + 1 / r)^2 / 2
  for (i in 1:k) add(case, o, paste0("estimate_", i - 1), qb[[i]], 1e-12, s)
  add(case, o, "f", f, 1e-10, s); add(case, o, "increase", r, 1e-10, s); add(case, o, "p", pf(f, k, v, lower.tail = FALSE), 1e-8, s)
  add(case, o, "df", if (is.infinite(v)) "NE(Unbounded)" else v, 1e-10, s)
  if (null == 0 && is.finite(v)) {
    # mitml's D1 of all parameters, from lists of estimates and covariances.
    nm <- paste0("b", 1:k); q <- lapply(es, setNames, nm); u <- lapply(cs, function(x) { dimnames(x) <- list(nm, nm); x })
    w <- testConstraints(qhat = q, uhat = u, constraints = nm, method = "D1"); print(w)
    add(case, o, "f", w$test[1, 1], 1e-8, e); add(case, o, "df", w$test[1, 3], 1e-8, e); add(case, o, "p", w$test[1, 4], 1e-8, e); add(case, o, "increase", w$test[1, 5], 1e-8, e)
  }
}
finish()
