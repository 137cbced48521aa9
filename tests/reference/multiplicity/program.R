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
# data.csv: case, i, p. p.adjust; all methods again as closed tests over every intersection (up to 2^7), which p.adjust must agree with.
if (!file.exists("data.csv")) { set.seed(8); g <- function(case, p) data.frame(case, i = seq_along(p) - 1, p)
  write.csv(rbind(g("three", c(0.01, 0.03, 0.02)), g("ties", c(0.02, 0.02, 0.04, 0.04, 0.5)), g("hommel", c(0.011, 0.02, 0.022, 0.09, 0.7, 0.024)), g("ends", c(0, 1, 1, 0.2, 0)), g("one", 0.04), g("random", round(runif(7)^3, 5)), g("tiny", c(1e-12, 3e-9, 0.2, 1e-300)), g("many", round(runif(60)^2, 6))), "data.csv", row.names = FALSE, quote = FALSE) }
d <- read.csv("data.csv"); s <- paste("R", getRversion(), "p.adjust"); w <- paste("R", getRversion(), "closed test")
# p-value of an intersection from its sorted p-values; m is the number of all hypotheses, f the fraction of truncation.
local <- list(
  bonferroni = function(q, m) min(1, m * q[1]), sidak = function(q, m) -expm1(m * log1p(-q[1])), holm = function(q, m) min(1, length(q) * q[1]), holm_sidak = function(q, m) -expm1(length(q) * log1p(-q[1])),
  hochberg = function(q, m) min(1, (length(q):1) * q), hommel = function(q, m) min(1, length(q) / seq_along(q) * q),
  truncated_holm = function(q, m, f) min(1, q[1] / (f / length(q) + (1 - f) / m)), truncated_hochberg = function(q, m, f) min(1, q / (f / (length(q):1) + (1 - f) / m)))
closed <- function(p, method, ...) { m <- length(p); out <- numeric(m)
  for (set in 1:(2^m - 1)) { inside <- which(bitwAnd(set, 2^(0:(m - 1))) > 0); v <- local[[method]](sort(p[inside]), m, ...); out[inside] <- pmax(out[inside], v) }; out }
put <- function(case, o, v, tol, src) for (i in seq_along(v)) add(case, paste0(o, ";i=", i - 1), "adjusted_p", v[i], tol, src)
for (case in unique(d$case)) { p <- d$p[d$case == case]; cat("\n", case, "\n")
  for (m in c("bonferroni", "holm", "hochberg", "hommel")) { v <- p.adjust(p, m); print(v); put(case, paste0("method=", m), v, 1e-12, s); if (length(p) < 10) stopifnot(max(abs(v - closed(p, m))) < 1e-12) }
  put(case, "method=fixed_sequence", cummax(p), 0, "R cummax")
  if (length(p) < 10) { for (m in c("sidak", "holm_sidak")) put(case, paste0("method=", m), closed(p, m), 1e-12, w)
    for (m in c("truncated_holm", "truncated_hochberg")) for (f in c(0, 0.25, 0.5, 1)) put(case, paste0("method=", m, ";fraction=", f), closed(p, m, f), 1e-12, w) }
}
finish()
