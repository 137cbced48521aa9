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
# data.csv: case, group, value. hollander: Hollander & Wolfe (1973) p. 69, permeability constants: W = 35,
# one-sided exact p = 0.1272 (help page of wilcox.test). Exact p-values with ties: coin.
suppressMessages(library(coin))
if (!file.exists("data.csv")) {
  set.seed(4)
  g <- function(case, a, b) rbind(data.frame(case, group = "a", value = a), data.frame(case, group = "b", value = b))
  write.csv(rbind(g("hollander", c(0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46), c(1.15, 0.88, 0.90, 0.74, 1.21)),
    g("ties", sample(0:4, 19, TRUE), sample(1:5, 26, TRUE)), g("many_zeros", rpois(40, 0.6), rpois(38, 1.1)),
    g("no_ties", round(rnorm(31), 6), round(rnorm(27, 0.6), 6)), g("unequal_sizes", c(4, 9), round(rnorm(30, 5, 2), 1)),
    g("single", 3, c(1, 2, 5, 7)), g("equal_sums", c(1, 4), c(2, 3)), g("constant", rep(2, 3), rep(2, 4))), "data.csv", row.names = FALSE, quote = FALSE)
}
d <- read.csv("data.csv"); s <- paste("R", getRversion())
for (case in setdiff(unique(d$case), "constant")) {
  a <- d$value[d$case == case & d$group == "a"]; b <- d$value[d$case == case & d$group == "b"]
  cat("\n", case, "\n"); print(suppressWarnings(wilcox.test(a, b, exact = FALSE)))
  for (cc in c(TRUE, FALSE)) {
    o <- paste0("method=normal;correction=", if (cc) "yes" else "no")
    t <- function(alt) suppressWarnings(wilcox.test(a, b, exact = FALSE, correct = cc, alternative = alt))
    add(case, o, "u", t("two.sided")$statistic[[1]], 1e-12, paste(s, "wilcox.test"))
    # R caps nothing and its two-sided p is 2 min(tail); equal to P(|Z| >= |z|).
    add(case, o, "p_two_sided", min(1, t("two.sided")$p.value), 1e-9, paste(s, "wilcox.test"))
    add(case, o, "p_less", t("less")$p.value, 1e-9, paste(s, "wilcox.test")); add(case, o, "p_greater", t("greater")$p.value, 1e-9, paste(s, "wilcox.test"))
  }
  dd <- data.frame(v = c(a, b), g = factor(rep(c("a", "b"), c(length(a), length(b)))))
  ex <- function(alt) as.numeric(pvalue(wilcox_test(v ~ g, dd, distribution = "exact", alternative = alt)))
  add(case, "method=exact;definition=distance", "p_two_sided", ex("two.sided"), 1e-8, paste("coin", packageVersion("coin")))
  add(case, "method=exact;definition=distance", "p_less", ex("less"), 1e-8, paste("coin", packageVersion("coin"))); add(case, "method=exact;definition=distance", "p_greater", ex("greater"), 1e-8, paste("coin", packageVersion("coin")))
  add(case, "method=exact;definition=twice_smaller", "p_two_sided", min(1, 2 * min(ex("less"), ex("greater"))), 1e-8, paste("coin", packageVersion("coin")))
  cat("exact", format(c(ex("two.sided"), ex("less"), ex("greater")), digits = 12), "\n")
  if (!anyDuplicated(c(a, b))) add(case, "method=exact;definition=twice_smaller", "p_two_sided", wilcox.test(a, b, exact = TRUE)$p.value, 1e-9, paste(s, "wilcox.test exact"))
}
add("hollander", "method=exact;definition=distance", "p_greater", "0.1272", 1e-3, "Hollander & Wolfe 1973 p. 69"); add("hollander", "method=exact;definition=distance", "u", "35", 0, "Hollander & Wolfe 1973 p. 69")
add("constant", "method=normal;correction=yes", "p_two_sided", "NE(ZeroVariance)", 0, "definition"); add("constant", "method=exact;definition=distance", "p_two_sided", "NE(ZeroVariance)", 0, "definition")
add("none", "method=exact;definition=distance", "p_two_sided", "NE(EmptyGroup)", 0, "definition")
finish()
