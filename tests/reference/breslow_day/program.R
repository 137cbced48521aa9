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
suppressMessages(library(metafor))
d <- read.csv("../mantel_haenszel/data.csv")
for (id in setdiff(unique(d$case), c("single", "empty_group", "first_zero", "second_zero", "no_events"))) with(d[d$case == id, ], {
  m <- rma.mh(ai = events_a, n1i = n_a, ci = events_b, n2i = n_b, measure = "OR", add = 0, drop00 = TRUE)
  # metafor counts strata that can say something about the odds ratio; the same is done by hand here.
  psi <- exp(m$beta[1]); t <- events_a + events_b; use <- t > 0 & t < n_a + n_b
  e <- sapply(which(use), function(i) uniroot(function(x) log(x) + log(n_b[i] - t[i] + x) - log(n_a[i] - x) - log(t[i] - x) - log(psi), c(max(0, t[i] - n_b[i]) + 1e-14, min(t[i], n_a[i]) - 1e-14), tol = 1e-15)$root)
  v <- 1 / (1 / e + 1 / (n_a[use] - e) + 1 / (t[use] - e) + 1 / (n_b[use] - t[use] + e)); g <- events_a[use] - e
  bd <- sum(g^2 / v); ta <- bd - sum(g)^2 / sum(v); df <- sum(use) - 1
  if (bd < 1e-20) bd <- ta <- 0
  if (all(use) && abs(psi - 1) > 1e-6) stopifnot(abs(m$BD - bd) < 1e-6 * (1 + bd), abs(m$TA - ta) < 1e-6 * (1 + bd))
  q <- paste(s, "roots of the expectations", if (all(use) && abs(psi - 1) > 1e-6) "; metafor the same" else "")
  # metafor divides by 1 - psi: no use at an odds ratio of 1.
  add(id, "", "chi_square", bd, 1e-8, q); add(id, "", "tarone", ta, 1e-8, q); add(id, "", "df", df, 0, "definition")
  add(id, "", "p", pchisq(bd, df, lower.tail = FALSE), 1e-8, q); add(id, "", "p_tarone", pchisq(ta, df, lower.tail = FALSE), 1e-8, q)
  cat(id, bd, ta, df, "metafor:", m$BD, m$TA, m$k.pos, "\n")
})
# Printed in the SAS documentation of PROC FREQ, example "Cochran-Mantel-Haenszel Statistics".
add("migraine", "", "chi_square", 1.4929, "abs 6e-5", "SAS documentation of PROC FREQ"); add("migraine", "", "p", 0.2218, "abs 6e-5", "SAS documentation of PROC FREQ")
add("single", "", "p", "NE(TooFewValues)", 0, "definition"); add("first_zero", "", "p", "NE(ZeroCell)", 0, "definition")
add("second_zero", "", "p", "NE(ZeroCell)", 0, "definition"); add("no_events", "", "p", "NE(NoEvents)", 0, "definition")
finish("metafor")
