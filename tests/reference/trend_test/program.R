# Run in this folder: Rscript program.R > listing.txt
rows <- list()
add <- function(case, options, key, value, tolerance, source) {
  if (is.numeric(value)) value <- sprintf("%.17g", value)
  rows[[length(rows) + 1]] <<- data.frame(case, options, key, value, tolerance, source)
}
finish <- function(packages = character()) {
  out <- do.call(rbind, rows)
  write.csv(out, "expected.csv", row.names = FALSE, quote = FALSE)
  cat("\n", nrow(out), "expected values written\n")
  for (p in packages) cat(p, format(packageVersion(p)), "\n")
  print(R.version.string)
}
s <- paste("R", getRversion())
# data.csv: case, score, events, n. smokers: R help of prop.trend.test (Fleiss 1981, p. 139); dose: SAS documentation of
# PROC FREQ, example "Cochran-Armitage Trend Test" (adverse events by dose).
if (!file.exists("data.csv"))
  write.csv(rbind(data.frame(case = "smokers", score = 1:4, events = c(83, 90, 129, 70), n = c(86, 93, 136, 82)),
    data.frame(case = "dose", score = 0:4, events = c(6, 7, 9, 14, 23), n = c(32, 33, 32, 32, 32)),
    data.frame(case = "uneven", score = c(-2, 0, 5, 54), events = c(0, 2, 1, 4), n = c(5, 6, 4, 5)),
    data.frame(case = "tied", score = c(1, 1, 2, 3), events = c(3, 1, 4, 5), n = c(7, 6, 8, 6)),
    data.frame(case = "empty_group", score = 0:3, events = c(1, 0, 0, 3), n = c(8, 7, 0, 6)),
    data.frame(case = "fractions", score = c(0.5, 1.25, 8), events = c(3, 4, 9), n = c(20, 18, 22)),
    data.frame(case = "flat", score = 1:3, events = c(2, 3, 4), n = c(4, 6, 8)),
    data.frame(case = "no_events", score = 1:3, events = 0, n = c(4, 6, 8)),
    data.frame(case = "same_score", score = 2, events = c(1, 3), n = c(4, 6))), "data.csv", row.names = FALSE, quote = FALSE)
d <- read.csv("data.csv")
for (id in setdiff(unique(d$case), c("no_events", "same_score"))) with(d[d$case == id & d$n > 0, ], {
  put <- function(o, key, value, tol, source) add(id, o, key, value, tol, source)
  N <- sum(n); p <- sum(events) / N; m <- sum(n * score) / N
  z <- sum((score - m) * events) / sqrt(p * (1 - p) * sum(n * (score - m)^2))
  if (abs(z) < 1e-12) z <- 0
  t <- suppressWarnings(prop.trend.test(events, n, score)); stopifnot(abs(unname(t$statistic) - z^2) < 1e-9)
  put("form=asymptotic", "z", z, 1e-10, paste(s, "prop.trend.test; sign by formula"))
  if (z != 0) put("form=asymptotic", "p_two_sided", t$p.value, 1e-8, paste(s, "prop.trend.test"))
  put("form=asymptotic", "p_less", pnorm(z), 1e-9, paste(s, "pnorm")); put("form=asymptotic", "p_greater", pnorm(-z), 1e-9, paste(s, "pnorm"))
  cat(id, z, t$p.value, "\n")
  # Exact: all tables with the margins, one by one.
  if (all(score == round(score)) && prod(n + 1) < 2e6) {
    g <- as.matrix(do.call(expand.grid, lapply(n, function(k) 0:k))); g <- g[rowSums(g) == sum(events), , drop = FALSE]
    w <- exp(rowSums(sapply(seq_along(n), function(j) lchoose(n[j], g[, j]))) - lchoose(N, sum(events)))
    S <- g %*% score; o <- sum(events * score); E <- sum(events) * m; far <- abs(S - E) >= abs(o - E) - 1e-9
    put("form=exact", "p_two_sided", sum(w[far]), 1e-9, paste(s, "enumeration")); put("form=exact", "p_less", sum(w[S <= o]), 1e-9, paste(s, "enumeration")); put("form=exact", "p_greater", sum(w[S >= o]), 1e-9, paste(s, "enumeration"))
    cat("  exact", sum(w[far]), sum(w[S <= o]), sum(w[S >= o]), "\n")
  }
})
add("dose", "form=asymptotic", "z", 4.7918, "abs 6e-5", "SAS documentation of PROC FREQ")
add("no_events", "form=asymptotic", "z", "NE(NoEvents)", 0, "definition"); add("same_score", "form=asymptotic", "z", "NE(ZeroVariance)", 0, "definition")
add("fractions", "form=exact", "p_less", "NE(InvalidArgument)", 0, "definition"); add("absent", "form=exact", "p_less", "NE(EmptyGroup)", 0, "definition")
finish()
