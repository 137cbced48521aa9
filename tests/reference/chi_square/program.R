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
# data.csv: case, row, column, count. party: Agresti (2007) p. 39, X-squared = 30.07, 2 degrees of freedom.
if (!file.exists("data.csv")) {
  g <- function(case, m) data.frame(case, row = as.vector(row(m)), column = as.vector(col(m)), count = as.vector(m))
  write.csv(rbind(g("party", matrix(c(762, 484, 327, 239, 468, 477), 2)), g("two_by_two", matrix(c(27, 52, 268, 255), 2)),
    g("small_gap", matrix(c(11, 10, 12, 12), 2)), g("zero_cell", matrix(c(0, 3, 10, 7), 2)), g("empty_column", matrix(c(5, 9, 0, 0, 7, 3), 2)),
    g("no_events", matrix(c(0, 0, 10, 9), 2)), g("four_by_three", matrix(c(3, 8, 1, 9, 12, 4, 4, 7, 6, 2, 2, 10), 4))), "data.csv", row.names = FALSE, quote = FALSE)
}
d <- read.csv("data.csv"); s <- paste("R", getRversion(), "chisq.test")
for (case in unique(d$case)) {
  m <- xtabs(count ~ row + column, d[d$case == case, ]); m <- m[rowSums(m) > 0, colSums(m) > 0, drop = FALSE]
  if (ncol(m) < 2) { add(case, "correction=no", "p", "NE(NoEvents)", 0, "definition"); next }
  for (yates in c(FALSE, if (all(dim(m) == 2)) TRUE)) {
    t <- suppressWarnings(chisq.test(m, correct = yates)); cat("\n", case); print(t); o <- paste0("correction=", if (yates) "yes" else "no")
    add(case, o, "chi_square", t$statistic[[1]], 1e-9, s); add(case, o, "df", t$parameter[[1]], 0, s); add(case, o, "p", t$p.value, 1e-9, s); add(case, o, "smallest_expected", min(t$expected), 1e-12, s)
  }
}
add("party", "correction=no", "chi_square", "30.07", 1e-4, "Agresti 2007 p. 39")
add("four_by_three", "correction=yes", "p", "NE(InvalidArgument)", 0, "definition")
finish()
