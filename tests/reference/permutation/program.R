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
# data.csv: case, group, value; made up or generated. Exact: all choices
# listed with combn where there are at most 200 000, else coin's shift algorithm (values are whole numbers there).
suppressMessages(library(coin))
if (!file.exists("data.csv")) {
  set.seed(71)
  g <- function(case, a, b) rbind(data.frame(case, group = "a", value = a), data.frame(case, group = "b", value = b))
  write.csv(rbind(g("decimals", c(12.3, 9.1, 10.6, 14.9, 11.1, 8.8, 13), c(9.4, 7.7, 10.2, 8.1, 12.2, 6.9)), g("ties", c(0, 0, 1, 1, 2, 5, 0, 1), c(1, 2, 2, 3, 0, 4, 9)), g("rounding", c(0.1, 0.2, 0.3, 0.7), c(0.1, 0.6, 0.4, 0.3, 0.9)),
    g("offset", 1e6 + c(0.25, 0.5, 0.125), 1e6 + c(0.75, 1, 0.5, 2)), g("ten_ten", round(rnorm(10), 3), round(rnorm(10, 0.8), 3)), g("whole", sample(0:60, 20, TRUE), sample(10:70, 21, TRUE)), g("uneven", c(50, 3), round(rnorm(24, 10, 9))),
    g("one", 3, c(1, 2, 8)), g("constant", c(0.1, 0.1), rep(0.1, 3))), "data.csv", row.names = FALSE, quote = FALSE)
}
d <- read.csv("data.csv"); s <- paste("R", getRversion(), "combn")
for (case in setdiff(unique(d$case), "constant")) {
  a <- d$value[d$case == case & d$group == "a"]; b <- d$value[d$case == case & d$group == "b"]; v <- c(a, b); n <- length(v); m <- length(a)
  if (choose(n, m) <= 2e5) {
    sums <- combn(n, m, function(i) sum(v[i] - mean(v))); obs <- sum(a - mean(v)); e <- 1e-9 * sum(abs(v - mean(v)))
    p <- c(p_two_sided = mean(abs(sums) >= abs(obs) - e), p_less = mean(sums <= obs + e), p_greater = mean(sums >= obs - e)); source <- s
  } else {
    x <- data.frame(v, g = factor(rep(c("a", "b"), c(m, n - m)))); t <- function(alt) pvalue(oneway_test(v ~ g, x, distribution = exact(algorithm = "shift"), alternative = alt))[[1]]
    p <- c(p_two_sided = t("two.sided"), p_less = t("less"), p_greater = t("greater")); source <- paste("coin", packageVersion("coin"), "shift")
  }
  cat(case, format(p, digits = 12), source, "\n"); add(case, "method=exact;definition=distance", "difference", mean(a) - mean(b), 1e-9, paste("R", getRversion()))
  for (k in names(p)) { add(case, "method=exact;definition=distance", k, p[[k]], 1e-9, source); add(case, "method=monte_carlo;samples=20000;seed=4", k, p[[k]], paste("abs", signif(5 * sqrt(p[[k]] * (1 - p[[k]]) / 20000) + 1e-4, 2)), source) }
  add(case, "method=exact;definition=twice_smaller", "p_two_sided", min(1, 2 * min(p[2:3])), 1e-9, source)
}
add("constant", "method=exact;definition=distance", "p_two_sided", "NE(ZeroVariance)", 0, "definition"); add("none", "method=exact;definition=distance", "p_two_sided", "NE(EmptyGroup)", 0, "definition"); add("whole", "method=exact;definition=distance;work_limit=1000", "p_two_sided", "NE(WorkLimitExceeded)", 0, "definition")
finish()
