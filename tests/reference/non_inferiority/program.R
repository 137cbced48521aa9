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
# Every combination of limits and margins on a small grid, decided in words instead of by comparing limits: an answer is shown if no
# value of the (finely cut) interval contradicts it.
values <- function(l, u) seq(l, u, length.out = 201)
grid <- c(-3, -2, -1, 0, 1, 2, 3)
for (better in c("higher", "lower")) for (i in seq_along(grid)) for (j in seq_along(grid)) if (i < j) {
  v <- values(grid[i], grid[j]); if (better == "lower") v <- -v # now higher is better
  o <- paste0("better=", better, ";l=", grid[i], ";u=", grid[j]); y <- function(x) as.numeric(x)
  add("grid", o, "superior", y(!any(v <= 0)), 0, "every value of the interval"); add("grid", o, "inferior", y(!any(v >= 0)), 0, "every value of the interval"); add("grid", o, "non_inferior", y(!any(v <= -2)), 0, "every value of the interval")
  add("grid", o, "inferior_by_margin", y(!any(v >= -2)), 0, "every value of the interval"); add("grid", o, "equivalent", y(!any(abs(v) >= 2)), 0, "every value of the interval") }
finish()
