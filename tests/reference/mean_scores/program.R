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
# data.csv: case, stratum, group, value. lehmann: Lehmann (1975), Nonparametrics, pp. 132-141; SAS FREQ
# scores=modridit: 2.744, p = 0.09765 (SAS technical support page, quoted in the test lehmann.do of Stata's vanelteren).
# Scores are made here (rank, or rank over n + 1, within the stratum) and given to coin's independence_test, which
# knows nothing of van Elteren; strata with one member are left out for coin.
suppressMessages(library(coin))
if (!file.exists("data.csv")) {
  set.seed(61)
  l <- data.frame(case = "lehmann", stratum = c(1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 4, 4, 4), group = c(1, 2, 1, 2, 2, 1, 1, 2, 1, 1, 1, 2, 2, 2) - 1, value = c(236, 255, 183, 179, 193, 115, 128, 132, 61, 70, 79, 67, 84, 88))
  g <- function(case, n, strata, groups, values) data.frame(case, stratum = sample(strata, n, TRUE), group = sample(0:(groups - 1), n, TRUE), value = values(n))
  write.csv(rbind(l, g("ties", 90, c(1, 2, 2, 3, 7), 2, function(n) rpois(n, 2)), g("no_ties", 60, 1:4, 2, function(n) round(rnorm(n), 5)), g("three_groups", 120, 1:5, 3, function(n) rpois(n, 3)), g("four_groups", 80, 1:3, 4, function(n) round(rnorm(n), 4)),
    g("one_stratum", 25, c(1, 1), 2, function(n) sample(1:9, n, TRUE)), data.frame(case = "odd_strata", stratum = c(1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 5, 5, 5, 5), group = c(0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 1), value = c(5, 1, 2, 3, 4, 4, 4, 4, 1, 9, 7, 2, 8, 8, 11)),
    data.frame(case = "nothing", stratum = c(1, 1, 2, 2), group = c(0, 0, 1, 1), value = 1:4)), "data.csv", row.names = FALSE, quote = FALSE)
}
d <- read.csv("data.csv"); s <- paste("coin", packageVersion("coin"))
for (case in setdiff(unique(d$case), "nothing")) for (w in c("van_elteren", "equal")) {
  x <- d[d$case == case, ]; x <- x[ave(x$value, x$stratum, FUN = length) > 1, ]
  x$score <- ave(x$value, x$stratum, FUN = function(v) rank(v) / if (w == "equal") 1 else length(v) + 1)
  x$g <- factor(x$group); x$s <- factor(x$stratum); t <- independence_test(score ~ g | s, x, teststat = "quadratic"); cat("\n", case, w, "\n"); print(t)
  o <- paste0("weights=", w); add(case, o, "chi_square", statistic(t)[[1]], 1e-9, s); add(case, o, "df", nlevels(x$g) - 1, 0, s); add(case, o, "p", pvalue(t)[[1]], 1e-8, s)
  if (nlevels(x$g) == 2) { t <- function(a) independence_test(score ~ g | s, x, teststat = "scalar", alternative = a); add(case, o, "z", statistic(t("two.sided"))[[1]], 1e-9, s); add(case, o, "p_less", pvalue(t("less"))[[1]], 1e-8, s); add(case, o, "p_greater", pvalue(t("greater"))[[1]], 1e-8, s) }
}
add("lehmann", "weights=van_elteren", "chi_square", "2.744", "abs 0.0005", "SAS FREQ scores=modridit"); add("lehmann", "weights=van_elteren", "p", "0.09765", "abs 0.000005", "SAS FREQ scores=modridit")
add("nothing", "weights=van_elteren", "p", "NE(ZeroVariance)", 0, "definition"); add("none", "weights=equal", "p", "NE(EmptyGroup)", 0, "definition")
finish()
