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
# data.csv: case, row, column, count; made up. Expected: R's exact p-value; the tolerance is five standard errors of
# the draws asked for.
if (!file.exists("data.csv")) {
  g <- function(case, m) data.frame(case, row = as.vector(row(m)), column = as.vector(col(m)), count = as.vector(m))
  write.csv(rbind(g("three_four", matrix(c(3, 0, 4, 1, 5, 2, 6, 2, 1, 2, 2, 5), 3)), g("four_four", matrix(c(4, 2, 1, 0, 3, 5, 2, 1, 1, 3, 6, 2, 0, 1, 2, 7), 4)), g("two_five", matrix(c(9, 3, 12, 5, 7, 9, 2, 8, 1, 6), 2)),
    g("four_four_larger", matrix(c(4, 6, 3, 5, 7, 1, 6, 2, 5, 4, 5, 7, 2, 7, 5, 4), 4)), g("three_five", matrix(c(12, 6, 8, 7, 11, 9, 5, 9, 13, 9, 7, 5, 8, 4, 6), 3)),
    g("empty_row", matrix(c(5, 0, 2, 1, 0, 6, 3, 0, 3), 3)), g("one_row", matrix(c(3, 0, 4, 0), 2))), "data.csv", row.names = FALSE, quote = FALSE)
}
d <- read.csv("data.csv"); s <- paste("R", getRversion(), "fisher.test")
for (case in setdiff(unique(d$case), "one_row")) {
  m <- unclass(xtabs(count ~ row + column, d[d$case == case, ])); m <- m[rowSums(m) > 0, ]; t <- fisher.test(m, workspace = 2e8); cat("\n", case, "\n"); print(m); print(t)
  for (seed in 1:2) add(case, paste0("samples=100000;seed=", seed), "p", t$p.value, paste("abs", signif(5 * sqrt(t$p.value * (1 - t$p.value) / 1e5), 2)), s)
  add(case, "samples=1000;seed=1;work_limit=50000000", "p", t$p.value, 1e-7, s)
}
add("one_row", "samples=1000;seed=1", "p", "NE(EmptyGroup)", 0, "definition")
finish()
