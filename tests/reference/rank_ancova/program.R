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
# data.csv: case, stratum, group, y, x1, x2. quade: data of Quade (1967), JASA 62, p. 1188. Reference: lm and anova on
# ranks; stratified: lm within strata on ranks over n + 1, residuals as scores for coin's independence_test.
suppressMessages(library(coin))
if (!file.exists("data.csv")) {
  set.seed(81)
  q <- data.frame(case = "quade", stratum = 1, group = rep(0:2, each = 5), y = c(16, 60, 82, 126, 137, 44, 67, 87, 100, 142, 17, 28, 105, 149, 160), x1 = c(26, 10, 42, 49, 55, 21, 28, 5, 12, 58, 1, 19, 41, 48, 35), x2 = c(12, 21, 24, 29, 34, 17, 2, 40, 38, 36, 8, 1, 9, 28, 16))
  g <- function(case, n, strata, groups, f) { x1 <- f(n); x2 <- f(n); data.frame(case, stratum = sample(strata, n, TRUE), group = sample(0:(groups - 1), n, TRUE), y = round(x1 * 0.7 + f(n), 4), x1, x2) }
  write.csv(rbind(q, g("strata", 80, 1:3, 2, function(n) round(rnorm(n), 3)), g("ties", 100, 1:2, 3, function(n) rpois(n, 2)), g("two_groups", 30, c(1, 1), 2, function(n) sample(1:20, n, TRUE)),
    data.frame(case = "explained", stratum = 1, group = c(0, 0, 1, 1), y = c(2, 9, 4, 7), x1 = c(20, 90, 40, 70), x2 = 1)), "data.csv", row.names = FALSE, quote = FALSE)
}
d <- read.csv("data.csv"); s <- paste("R", getRversion(), "lm of ranks"); sc <- paste("coin", packageVersion("coin"))
for (case in setdiff(unique(d$case), "explained")) for (cov in c("x1", "x1+x2")) {
  x <- d[d$case == case, ]; x$g <- factor(x$group); x$s <- factor(x$stratum); f <- as.formula(paste("y ~", cov))
  ranked <- function(x) { for (v in c("y", "x1", "x2")) x[[v]] <- rank(x[[v]]); x }
  r <- ranked(x); r$e <- residuals(lm(f, r)); t <- anova(lm(e ~ g, r)); cat("\n", case, cov, "\n"); print(t); o <- paste0("method=quade;covariates=", cov)
  add(case, o, "f", t$F[1], 1e-9, s); add(case, o, "p", t$`Pr(>F)`[1], 1e-9, s); add(case, o, "numerator_df", t$Df[1], 0, s); add(case, o, "denominator_df", t$Df[2], 0, s)
  x$e <- NA; for (k in levels(x$s)) { i <- x$s == k; x$e[i] <- residuals(lm(f, ranked(x[i, ]))) / (sum(i) + 1) }
  t <- independence_test(e ~ g | s, x, teststat = "quadratic"); if (nlevels(x$s) == 1) t <- independence_test(e ~ g, x, teststat = "quadratic"); print(t)
  o <- paste0("method=stratified;covariates=", cov); add(case, o, "chi_square", statistic(t)[[1]], 1e-9, sc); add(case, o, "p", pvalue(t)[[1]], 1e-8, sc)
}
add("explained", "method=quade;covariates=x1", "p", "NE(ZeroVariance)", 0, "definition"); add("explained", "method=stratified;covariates=x1", "p", "NE(ZeroVariance)", 0, "definition"); add("none", "method=quade;covariates=x1", "p", "NE(TooFewValues)", 0, "definition")
finish()
