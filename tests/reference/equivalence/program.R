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
# data.csv: case, group, value. Two t.test calls, one against each bound; logarithms for ratios. Proportions: ../farrington_manning.
if (!file.exists("data.csv")) { set.seed(21); g <- function(case, a, b) rbind(data.frame(case, group = "a", value = a), data.frame(case, group = "b", value = b))
  write.csv(rbind(g("auc", round(exp(rnorm(14, 4, 0.2)), 1), round(exp(rnorm(12, 4.03, 0.25)), 1)), g("unequal", round(rnorm(8, 50, 2), 1), round(rnorm(30, 49, 9), 1)), g("ties", c(3, 3, 4, 4, 5), c(3, 4, 4, 4, 4, 5)), g("constant", c(2, 2), c(2, 2)), g("one", 5, c(4, 6, 7))), "data.csv", row.names = FALSE, quote = FALSE) }
d <- read.csv("data.csv"); s <- paste("R", getRversion(), "t.test")
bounds <- list(auc = c(-8, 8), unequal = c(-3, 5), ties = c(-1, 1), one = c(-2, 4))
for (case in c("auc", "unequal", "ties", "one")) for (eq in c("equal", "unequal")) for (scale in c("difference", "ratio")) for (alpha in c(0.05, 0.025)) {
  a <- d$value[d$case == case & d$group == "a"]; b <- d$value[d$case == case & d$group == "b"]; m <- if (scale == "ratio") c(0.8, 1.25) else bounds[[case]]
  o <- paste0("scale=", scale, ";variances=", eq, ";lower=", m[1], ";upper=", m[2], ";alpha=", alpha)
  if (case == "one" && eq == "unequal") { add(case, o, "p", "NE(TooFewValues)", 0, "definition"); next }
  if (scale == "ratio") { a <- log(a); b <- log(b); m <- log(m) }; back <- if (scale == "ratio") exp else identity
  t1 <- t.test(a, b, mu = m[1], alternative = "greater", var.equal = eq == "equal"); t2 <- t.test(a, b, mu = m[2], alternative = "less", var.equal = eq == "equal"); ci <- t.test(a, b, var.equal = eq == "equal", conf.level = 1 - 2 * alpha)$conf.int
  cat(case, o, format(c(t1$p.value, t2$p.value, back(ci)), digits = 12), "\n")
  add(case, o, "estimate", back(mean(a) - mean(b)), 1e-10, s); add(case, o, "statistic_lower", t1$statistic[[1]], 1e-9, s); add(case, o, "statistic_upper", t2$statistic[[1]], 1e-9, s); add(case, o, "p_lower", t1$p.value, 1e-8, s); add(case, o, "p_upper", t2$p.value, 1e-8, s)
  p <- max(t1$p.value, t2$p.value); add(case, o, "p", p, 1e-8, s); add(case, o, "lower", back(ci[1]), 1e-9, s); add(case, o, "upper", back(ci[2]), 1e-9, s); add(case, o, "equivalent", as.numeric(p < alpha), 0, s)
}
add("constant", "scale=difference;variances=equal;lower=-1;upper=1;alpha=0.05", "p", "NE(ZeroVariance)", 0, "definition")
f <- read.csv("../farrington_manning/expected.csv"); take <- function(case, o, k) as.numeric(f$value[f$case == case & f$options == o & f$key == k][1])
for (case in c("near", "large", "unequal", "none_a")) { o <- "scale=proportions;lower=-0.1;upper=0.3;alpha=0.025"; lo <- take(case, "scale=difference;null=-0.1", "p_upper"); up <- take(case, "scale=difference;null=0.3", "p_lower")
  add(case, o, "p_lower", lo, 1e-7, "../farrington_manning"); add(case, o, "p_upper", up, 1e-7, "../farrington_manning"); add(case, o, "p", max(lo, up), 1e-7, "../farrington_manning"); add(case, o, "lower", take(case, "level=0.95", "lower"), 1e-8, "../farrington_manning"); add(case, o, "equivalent", as.numeric(max(lo, up) < 0.025), 0, "../farrington_manning") }
finish()
