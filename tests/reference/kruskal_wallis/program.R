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
# data.csv: case, group (0, 1, ...), value. airway: Hollander & Wolfe (1973) p. 116, help page of kruskal.test
# (H = 0.77143, p = 0.68). arthritis: counts of five grades in two groups, SAS/STAT PROC NPAR1WAY
# example 1. The rest is simulated or made up. Exact p: all assignments listed here.
if (!file.exists("data.csv")) {
  set.seed(41)
  g <- function(case, ...) { l <- list(...); do.call(rbind, lapply(seq_along(l), function(i) data.frame(case, group = i - 1, value = l[[i]]))) }
  write.csv(rbind(g("airway", c(2.9, 3.0, 2.5, 2.6, 3.2), c(3.8, 2.7, 4.0, 2.4), c(2.8, 3.4, 3.7, 2.2, 2.0)),
    g("arthritis", rep(5:1, c(5, 11, 5, 1, 5)), rep(5:1, c(2, 4, 7, 7, 12))),
    g("ties", sample(0:3, 14, TRUE), sample(0:4, 9, TRUE), sample(1:4, 12, TRUE), sample(0:5, 20, TRUE)), g("no_ties", round(rnorm(10), 5), round(rnorm(8, 0.5), 5), round(rnorm(9, 0.8), 5)),
    g("small_ties", c(1, 1, 2, 5), c(2, 2, 3), c(3, 5, 5, 6)), g("small", c(1, 4, 9), c(2, 3, 11, 12), c(5, 15), 14), g("single", 3, c(1, 7), 5), g("constant", c(1, 1), c(1, 1, 1)),
    g("twelve", c(5.4, 5, 5.6, 5.2), c(4.1, 4.4, 3.9, 3.9), c(5, 4.1, 5.8, 4.6)), { set.seed(66); do.call(g, c("dose", lapply(c(138, 131, 129, 124), function(m) round(rnorm(10, m, 9)) + sample(c(0, 0.5), 10, TRUE)))) }), "data.csv", row.names = FALSE, quote = FALSE)
}
d <- read.csv("data.csv"); s <- paste("R", getRversion())
arrangements <- function(sizes) { # every way to give positions to groups, as a list of group vectors
  n <- sum(sizes); out <- list(rep(NA, n))
  for (g in seq_along(sizes)) out <- do.call(c, lapply(out, function(a) { free <- which(is.na(a)); pick <- if (length(free) == 1) matrix(1) else combn(length(free), sizes[g]); lapply(seq_len(ncol(pick)), function(j) { a[free[pick[, j]]] <- g; a }) }))
  out
}
for (case in setdiff(unique(d$case), "constant")) {
  x <- d[d$case == case, ]; t <- kruskal.test(value ~ group, x); cat("\n", case, "\n"); print(t)
  add(case, "method=chi_square", "statistic", t$statistic[[1]], 1e-11, paste(s, "kruskal.test")); add(case, "method=chi_square", "df", t$parameter[[1]], 0, paste(s, "kruskal.test")); add(case, "method=chi_square", "p", t$p.value, 1e-10, paste(s, "kruskal.test"))
  add(case, "method=chi_square", "mean_rank_0", mean(rank(x$value)[x$group == 0]), 1e-12, paste(s, "rank"))
  if (case %in% c("small_ties", "small", "single", "twelve")) {
    h <- sapply(arrangements(as.vector(table(x$group))), function(a) kruskal.test(x$value, a)$statistic[[1]]); p <- mean(h >= t$statistic * (1 - 1e-10)); cat("exact", format(p, digits = 12), "of", length(h), "\n")
    add(case, "method=exact", "p", p, 1e-9, paste(s, "all assignments")); add(case, "method=monte_carlo;samples=20000;seed=1", "p", p, paste("abs", signif(5 * sqrt(p * (1 - p) / 20000), 2)), paste(s, "all assignments"))
  }
}
add("airway", "method=chi_square", "statistic", "0.77143", "abs 0.000005", "Hollander & Wolfe 1973 p. 116")
add("constant", "method=chi_square", "p", "NE(ZeroVariance)", 0, "definition"); add("none", "method=chi_square", "p", "NE(EmptyGroup)", 0, "definition"); add("dose", "method=exact;work_limit=1000", "p", "NE(WorkLimitExceeded)", 0, "definition")
finish()
