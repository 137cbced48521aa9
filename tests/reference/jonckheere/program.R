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
# Data: ../kruskal_wallis/data.csv, groups in their order. J - E is half of Kendall's S of value and group, so that
# cor.test (tie-corrected variance of S, continuity 1 on S = 1/2 on J) is an independent reference. Exact: all
# assignments; without ties the convolution of Mann-Whitney laws. dose by Monte Carlo: 100 000 permutations of R.
d <- read.csv("../kruskal_wallis/data.csv"); s <- paste("R", getRversion())
jt <- function(v, g) { k <- sort(unique(g)); j <- 0; for (a in seq_along(k)) for (b in seq_along(k)) if (a < b) { u <- outer(v[g == k[a]], v[g == k[b]], "-"); j <- j + sum(u < 0) + sum(u == 0) / 2 }; j }
arrangements <- function(sizes) {
  n <- sum(sizes); out <- list(rep(NA, n))
  for (g in seq_along(sizes)) out <- do.call(c, lapply(out, function(a) { free <- which(is.na(a)); pick <- if (length(free) == 1) matrix(1) else combn(length(free), sizes[g]); lapply(seq_len(ncol(pick)), function(j) { a[free[pick[, j]]] <- g; a }) }))
  out
}
exact <- function(case, j, law, e, source) {
  p <- c(p_two_sided = sum(law$p[abs(law$j - e) >= abs(j - e) - 1e-9]), p_increasing = sum(law$p[law$j >= j - 1e-9]), p_decreasing = sum(law$p[law$j <= j + 1e-9]))
  cat(case, "exact", format(p, digits = 12), "\n"); for (k in names(p)) add(case, "method=exact", k, p[[k]], 1e-9, source)
  add(case, "method=monte_carlo;samples=20000;seed=2", "p_two_sided", p[[1]], paste("abs", signif(5 * sqrt(p[[1]] * (1 - p[[1]]) / 20000) + 1e-4, 2)), source)
}
for (case in setdiff(unique(d$case), "constant")) {
  x <- d[d$case == case, ]; j <- jt(x$value, x$group); n <- as.vector(table(x$group)); e <- (sum(n)^2 - sum(n^2)) / 4; cat("\n", case, "J", j, "E", e, "\n")
  for (cc in c(FALSE, TRUE)) {
    o <- paste0("method=normal;correction=", if (cc) "yes" else "no")
    t <- function(a) suppressWarnings(cor.test(x$value, x$group, method = "kendall", exact = FALSE, continuity = cc, alternative = a))
    add(case, o, "statistic", j, 1e-12, paste(s, "pairs")); add(case, o, "z", zapsmall(c(1, t("two.sided")$statistic[[1]]), 14)[2], 1e-10, paste(s, "cor.test kendall")); add(case, o, "p_two_sided", t("two.sided")$p.value, 1e-9, paste(s, "cor.test kendall"))
    # cor.test turns the correction by the sign of S, also where the tail lies on the other side.
    if (!cc) { add(case, o, "p_increasing", t("greater")$p.value, 1e-9, paste(s, "cor.test kendall")); add(case, o, "p_decreasing", t("less")$p.value, 1e-9, paste(s, "cor.test kendall")) }
  }
  if (case %in% c("small_ties", "small", "single")) { a <- sapply(arrangements(n), function(g) jt(x$value, g)); exact(case, j, list(j = a, p = rep(1 / length(a), length(a))), e, paste(s, "all assignments")) }
  if (!anyDuplicated(x$value) && length(n) == 3) {
    law <- dwilcox(0:(n[1] * n[2]), n[1], n[2]); more <- dwilcox(0:((n[1] + n[2]) * n[3]), n[1] + n[2], n[3])
    p <- numeric(length(law) + length(more) - 1); for (i in seq_along(law)) p[i - 1 + seq_along(more)] <- p[i - 1 + seq_along(more)] + law[i] * more
    exact(case, j, list(j = seq_along(p) - 1, p = p), e, paste(s, "convolution of dwilcox"))
  }
}
# A Monte Carlo p-value against another: five standard errors of their difference.
x <- d[d$case == "dose", ]; set.seed(67); j <- jt(x$value, x$group); p <- mean(replicate(1e5, jt(sample(x$value), x$group)) <= j + 1e-9); cat("dose Monte Carlo", p, "\n")
add("dose", "method=monte_carlo;samples=20000;seed=2", "p_decreasing", p, paste("abs", signif(5 * sqrt(p * (1 - p) * (1 / 20000 + 1e-5)) + 1e-4, 2)), paste(s, "permutations"))
add("constant", "method=normal;correction=no", "p_two_sided", "NE(ZeroVariance)", 0, "definition"); add("none", "method=exact", "p_two_sided", "NE(EmptyGroup)", 0, "definition")
finish()
