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
# data.csv: case, row, column, count. tea: Fisher (1935); job: Agresti (2002) p. 57, job satisfaction, p = 0.7827
# as printed in the help page of fisher.test. The 2x2 p-values come from dhyper, the r x c ones from fisher.test (FEXACT).
if (!file.exists("data.csv")) {
  set.seed(3)
  g <- function(case, m) data.frame(case, row = as.vector(row(m)), column = as.vector(col(m)), count = as.vector(m))
  write.csv(rbind(g("tea", matrix(c(3, 1, 1, 3), 2)), g("job", matrix(c(1,2,1,0, 3,3,6,1, 10,10,14,9, 6,7,12,11), 4)),
    g("convictions", matrix(c(2, 10, 15, 3), 2)), g("zero_cell", matrix(c(0, 3, 10, 7), 2)), g("no_events", matrix(c(0, 0, 10, 9), 2)),
    g("large", matrix(c(881, 934, 9810 - 881, 9795 - 934), 2)),
    g("two_by_three", matrix(c(20, 31, 40, 22, 26, 33), 2)), g("two_by_five", matrix(c(30, 41, 20, 12, 18, 29, 26, 33, 25, 20), 2)),
    g("three_by_three", matrix(c(2, 70, 14, 5, 68, 11, 1, 60, 23), 3)), g("shift", matrix(c(1, 0, 0, 3, 60, 4, 0, 6, 2), 3)),
    g("empty_column", matrix(c(5, 9, 0, 0, 7, 3), 2)), g("three_by_five", matrix(c(4,1,3, 0,2,5, 6,6,1, 2,8,3, 5,0,4), 3)),
    g("four_by_three_sparse", matrix(c(71, 9, 0, 0, 80, 5, 0, 0, 69, 11, 1, 1), 4))), "data.csv", row.names = FALSE, quote = FALSE)
}
d <- read.csv("data.csv")
for (case in unique(d$case)) {
  m <- xtabs(count ~ row + column, d[d$case == case, ]); cat("\n", case, "\n"); print(m)
  m <- m[rowSums(m) > 0, colSums(m) > 0, drop = FALSE]
  s <- paste("R", getRversion())
  if (ncol(m) < 2) { add(case, "table=r_by_c", "p_two_sided", "NE(NoEvents)", 0, "definition"); add(case, "table=two_by_two", "p_two_sided", 1, 1e-12, "definition"); next }
  p <- fisher.test(m, workspace = 2e8)$p.value; print(p, digits = 12)
  add(case, "table=r_by_c", "p_two_sided", p, 1e-8, paste(s, "fisher.test"))
  if (all(dim(m) == 2) && case != "empty_column") {
    add(case, "table=two_by_two", "p_two_sided", p, 1e-8, paste(s, "fisher.test"))
    add(case, "table=two_by_two", "p_less", phyper(m[1, 1], sum(m[1, ]), sum(m[2, ]), sum(m[, 1])), 1e-9, paste(s, "phyper"))
    add(case, "table=two_by_two", "p_greater", phyper(m[1, 1] - 1, sum(m[1, ]), sum(m[2, ]), sum(m[, 1]), lower.tail = FALSE), 1e-9, paste(s, "phyper"))
  }
}
add("tea", "table=two_by_two", "p_greater", 17 / 70, 1e-12, "Fisher 1935")
add("job", "table=r_by_c", "p_two_sided", "0.7827", 1e-4, "Agresti 2002 p. 57 by the help page of fisher.test")
finish()
