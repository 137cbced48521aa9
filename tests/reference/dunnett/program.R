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
# data.csv: case, group (0 the control), value. dunnett1955: blood counts of Dunnett (1955), also in the SAS and R documentation.
# Adjusted p-values: mvtnorm pmvt (TVPACK for up to 3 one-sided comparisons, else Genz & Bretz to 1e-7), and adaptive integration over
# the common part and the scale by integrate() for all; critical values by uniroot in that.
suppressMessages(library(mvtnorm))
if (!file.exists("data.csv")) { set.seed(31); g <- function(case, ...) { l <- list(...); do.call(rbind, lapply(seq_along(l), function(i) data.frame(case, group = i - 1, value = l[[i]]))) }
  write.csv(rbind(g("dunnett1955", c(7.40, 8.50, 7.20, 8.24, 9.84, 8.32), c(9.76, 8.80, 7.68, 9.36), c(12.80, 9.68, 12.16, 9.20, 10.55)), g("balanced", round(rnorm(8, 10, 2), 2), round(rnorm(8, 11, 2), 2), round(rnorm(8, 12.5, 2), 2), round(rnorm(8, 10, 2), 2), round(rnorm(8, 13, 2), 2)),
    g("unbalanced", round(rnorm(25, 5, 1), 1), round(rnorm(4, 5.4, 1), 1), round(rnorm(12, 4.2, 1), 1), round(rnorm(7, 5.1, 1), 1)), g("one", c(1, 3, 2, 4), c(5, 6, 4)), g("few", c(3, 5), 9, c(4, 4.5)), g("constant", c(1, 1), c(1, 1))), "data.csv", row.names = FALSE, quote = FALSE) }
d <- read.csv("data.csv"); s <- paste("mvtnorm", packageVersion("mvtnorm")); w <- paste("R", getRversion(), "integrate")
tail_by_integrate <- function(bound, b, df, two) { r <- sqrt(1 - b^2)
  inner <- function(sc) { v <- function(z) sapply(z, function(zz) { q <- pnorm((bound * sc - b * zz) / r, lower.tail = FALSE) + (if (two) pnorm((-bound * sc - b * zz) / r) else 0); -expm1(sum(log1p(-pmin(q, 1)))) * dnorm(zz) })
    sum(sapply(list(c(-12, -4), c(-4, 0), c(0, 4), c(4, 12)), function(k) integrate(v, k[1], k[2], rel.tol = 1e-11, abs.tol = 1e-14)$value)) }
  if (is.infinite(df)) return(inner(1))
  # Density of the scale s, chi with df degrees of freedom over sqrt(df), by the probability itself: x = P(chi^2 <= df s^2).
  outer <- function(u) sapply(u, function(uu) { sc <- exp(uu); inner(sc) * 2 * df * sc^2 * dchisq(df * sc^2, df) })
  lo <- log(sqrt(qchisq(1e-16, df) / df)); hi <- log(sqrt(qchisq(1e-16, df, lower.tail = FALSE) / df)); cut <- seq(lo, hi, length.out = 9); sum(sapply(1:8, function(k) integrate(outer, cut[k], cut[k + 1], rel.tol = 1e-10, abs.tol = 1e-14)$value)) }
sides <- list(two = c(TRUE, 1), greater = c(FALSE, 1), less = c(FALSE, -1))
for (case in setdiff(unique(d$case), "constant")) { dd <- d[d$case == case, ]; y <- split(dd$value, dd$group); n <- lengths(y); k <- length(y) - 1; df <- sum(n) - k - 1; v <- sum(sapply(y, function(x) sum((x - mean(x))^2))) / df; b <- sqrt(n[-1] / (n[-1] + n[1]))
  est <- sapply(y[-1], mean) - mean(y[[1]]); se <- sqrt(v * (1 / n[-1] + 1 / n[1])); t <- est / se; R <- outer(b, b); diag(R) <- 1
  for (side in names(sides)) { two <- sides[[side]][1] == 1; sg <- sides[[side]][2]; bd <- if (two) abs(t) else sg * t
    for (i in seq_len(k)) { o <- paste0("sides=", side, ";i=", i - 1); add(case, o, "estimate", est[[i]], 1e-10, w); add(case, o, "standard_error", se[[i]], 1e-10, w); add(case, o, "t", t[[i]], 1e-10, w)
      p <- tail_by_integrate(bd[[i]], b, df, two); cat(case, o, format(p, digits = 12)); add(case, o, "p", p, 1e-8, w)
      if (k > 1) { orthant <- !two && k <= 3; q <- 1 - pmvt(lower = rep(if (two) -bd[[i]] else -Inf, k), upper = rep(bd[[i]], k), df = df, corr = R, algorithm = if (orthant) TVPACK(abseps = 1e-14) else GenzBretz(maxpts = 2e6, abseps = 1e-7)); cat("  mvtnorm", format(as.numeric(q), digits = 12)); add(case, o, "p", as.numeric(q), if (orthant) "abs 1e-8" else "abs 1e-6", s) }
      if (k == 1) add(case, o, "p", if (two) 2 * pt(-bd[[i]], df) else pt(-bd[[i]], df), 1e-10, "R pt"); cat("\n") }
    if (k == 1) add(case, paste0("sides=", side), "critical", if (two) qt(0.975, df) else qt(0.95, df), 1e-9, "R qt")
    if (k == 2 || case == "unbalanced") { f <- function(c) tail_by_integrate(c, b, df, two) - 0.05; c <- uniroot(f, c(1, 12), tol = 1e-11)$root; cat(case, side, "critical", format(c, digits = 12), "\n"); o <- paste0("sides=", side); add(case, o, "critical", c, 1e-8, w)
      for (i in seq_len(k)) { oi <- paste0(o, ";i=", i - 1); add(case, oi, "lower", if (side == "less") "NE(Unbounded)" else est[[i]] - c * se[[i]], 1e-7, w); add(case, oi, "upper", if (side == "greater") "NE(Unbounded)" else est[[i]] + c * se[[i]], 1e-7, w) } } }
}
for (x in list(c(2, 0.5, 3, 5), c(3, 0.8, 4, 2), c(0.4, 0.2, 6, 30), c(5, 0.5, 2, 12), c(1.5, 0.9, 2, 1))) { b <- sqrt(x[2]) * seq(1, 0.7, length.out = x[3]); o <- sprintf("bound=%s;rho=%s;k=%s;df=%s", x[1], x[2], x[3], x[4])
  for (two in c(TRUE, FALSE)) { v <- tail_by_integrate(x[1], b, x[4], two); cat(o, two, format(v, digits = 12), "\n"); add("tail", paste0(o, ";two=", if (two) "yes" else "no"), "tail", v, 1e-8, w) } }
# Dunnett's tables (balanced, correlation 1/2), level 0.95: two-sided, infinite df: 2.21, 2.35, 2.44 (k = 2, 3, 4); 20 df: 2.38, 2.54; one-sided, infinite df: 1.92, 2.06, 2.16.
tb <- "Dunnett 1955/1964 tables"
for (x in list(c(2, Inf, 2.21, 1), c(3, Inf, 2.35, 1), c(4, Inf, 2.44, 1), c(2, 20, 2.38, 1), c(3, 20, 2.54, 1), c(2, Inf, 1.92, 0), c(3, Inf, 2.06, 0), c(4, Inf, 2.16, 0))) add("table", sprintf("rho=0.5;k=%s;df=%s;two=%s", x[1], if (is.finite(x[2])) x[2] else "inf", if (x[4] == 1) "yes" else "no"), "quantile", x[3], "abs 6e-3", tb)
add("constant", "sides=two;i=0", "p", "NE(ZeroVariance)", 0, "definition")
finish()
