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
# data.csv: case, value. hamilton: Hollander & Wolfe (1973) p. 29 f., differences of the help page of wilcox.test:
# V = 40, one-sided exact p = 0.01953. sas_score: SAS Procedures Guide, UNIVARIATE, example "sign test using paired
# data" (Test2 - Test1): S = -8.5, p = 0.5278, t = -0.80079, p = 0.4402. The rest is generated or made up.
suppressMessages(library(coin))
if (!file.exists("data.csv")) {
  set.seed(31)
  x <- c(1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30); y <- c(0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29)
  g <- function(case, v) data.frame(case, value = v)
  write.csv(rbind(g("hamilton", round(x - y, 3)), g("sas_score", c(-3, 14, 2, 12, -5, -37, 3, -7, -3, 6, -5, -14)),
    g("ties_zeros", c(0, 0, 0, 0, 1, 1, 1, -1, -1, 2, 2, 2, 2, -2, 3, 3, -3, 4, 5, 5, 0, 0, -1, 1)), g("no_ties", round(rnorm(60, 0.2), 5)), g("large", round(rnorm(240, 0.1) * 20)),
    g("all_below", c(-1, -2, -2, -5)), g("twentyone", c(1:20, -21)), g("one", 4), g("zeros", c(0, 0, 0))), "data.csv", row.names = FALSE, quote = FALSE)
}
d <- read.csv("data.csv"); s <- paste("R", getRversion()); sc <- paste("coin", packageVersion("coin"))
for (case in setdiff(unique(d$case), "zeros")) {
  v <- d$value[d$case == case]
  cat("\n", case, "\n"); print(suppressWarnings(wilcox.test(v, exact = FALSE)))
  for (cc in c(TRUE, FALSE)) {
    o <- paste0("method=normal;zeros=dropped;correction=", if (cc) "yes" else "no")
    t <- function(alt) suppressWarnings(wilcox.test(v, exact = FALSE, correct = cc, alternative = alt))
    add(case, o, "positive_rank_sum", t("two.sided")$statistic[[1]], 1e-12, paste(s, "wilcox.test"))
    add(case, o, "p_two_sided", min(1, t("two.sided")$p.value), 1e-9, paste(s, "wilcox.test"))
    add(case, o, "p_less", t("less")$p.value, 1e-9, paste(s, "wilcox.test")); add(case, o, "p_greater", t("greater")$p.value, 1e-9, paste(s, "wilcox.test"))
  }
  zero <- rep(0, length(v))
  for (zm in c("Wilcoxon", "Pratt")) {
    t <- function(alt, dist) wilcoxsign_test(v ~ zero, zero.method = zm, distribution = dist, alternative = alt)
    z <- if (zm == "Pratt") "pratt" else "dropped"
    if (length(v) > 1) {
      o <- paste0("method=normal;correction=no;zeros=", z)
      add(case, o, "statistic", statistic(t("two.sided", "asymptotic"))[[1]], 1e-10, sc); add(case, o, "p_two_sided", pvalue(t("two.sided", "asymptotic"))[[1]], 1e-9, sc)
    }
    if (length(v) > 1) {
      o <- paste0("method=exact;zeros=", z); p <- sapply(c(p_two_sided = "two.sided", p_less = "less", p_greater = "greater"), function(a) pvalue(t(a, "exact"))[[1]])
      cat("exact", zm, format(p, digits = 12), "\n"); for (k in names(p)) add(case, o, k, p[[k]], 1e-8, sc)
    }
  }
  if (!anyDuplicated(abs(v)) && !any(v == 0)) for (a in c("two.sided", "less", "greater"))
    add(case, "method=exact;zeros=dropped", sub("two.sided", "two_sided", paste0("p_", a)), wilcox.test(v, exact = TRUE, alternative = a)$p.value, 1e-9, paste(s, "wilcox.test exact"))
  # S sqrt((n-1)/(nV - S^2)) is the one-sample t statistic of the signed ranks.
  u <- v[v != 0]; r <- sign(u) * rank(abs(u)); if (length(u) > 1) {
    t <- t.test(r); add(case, "method=t", "statistic", t$statistic[[1]], 1e-10, paste(s, "t.test of signed ranks")); add(case, "method=t", "p_two_sided", t$p.value, 1e-9, paste(s, "t.test of signed ranks")); add(case, "method=t", "df", t$parameter[[1]], 0, paste(s, "t.test of signed ranks"))
    add(case, "method=t", "p_less", t.test(r, alternative = "less")$p.value, 1e-9, paste(s, "t.test of signed ranks"))
    if (length(u) > 20) add(case, "method=univariate", "p_two_sided", t$p.value, 1e-9, paste(s, "t.test of signed ranks"))
  }
}
add("hamilton", "method=exact;zeros=dropped", "positive_rank_sum", "40", 0, "Hollander & Wolfe 1973 p. 29"); add("hamilton", "method=exact;zeros=dropped", "p_greater", "0.01953", 1e-3, "Hollander & Wolfe 1973 p. 29")
add("sas_score", "method=univariate", "centred", "-8.5", 0, "SAS UNIVARIATE example"); add("sas_score", "method=univariate", "p_two_sided", "0.5278", "abs 0.00005", "SAS UNIVARIATE example")
add("sas_score", "method=paired_t", "t", "-0.80079", "abs 0.000005", "SAS UNIVARIATE example"); add("sas_score", "method=paired_t", "p", "0.4402", "abs 0.00005", "SAS UNIVARIATE example")
add("one", "method=exact;zeros=dropped", "p_two_sided", 1, 0, "definition"); add("one", "method=t", "p_two_sided", "NE(TooFewValues)", 0, "definition")
add("zeros", "method=exact;zeros=dropped", "p_two_sided", "NE(ZeroVariance)", 0, "definition"); add("zeros", "method=normal;zeros=pratt;correction=no", "p_two_sided", "NE(ZeroVariance)", 0, "definition")
add("none", "method=exact;zeros=dropped", "p_two_sided", "NE(TooFewValues)", 0, "definition")
finish()
