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
# data.csv: case, block, treatment, value. rounding: Hollander & Wolfe (1973) p. 140 ff., help page of friedman.test
# (11.143, p = 0.003805).
if (!file.exists("data.csv")) {
  set.seed(51)
  r <- matrix(c(5.40, 5.50, 5.55, 5.85, 5.70, 5.75, 5.20, 5.60, 5.50, 5.55, 5.50, 5.40, 5.90, 5.85, 5.70, 5.45, 5.55, 5.60, 5.40, 5.40, 5.35, 5.45, 5.50, 5.35, 5.25, 5.15, 5.00, 5.85, 5.80, 5.70, 5.25, 5.20, 5.10, 5.65, 5.55, 5.45,
    5.60, 5.35, 5.45, 5.05, 5.00, 4.95, 5.50, 5.50, 5.40, 5.45, 5.55, 5.50, 5.55, 5.55, 5.35, 5.45, 5.50, 5.55, 5.50, 5.45, 5.25, 5.65, 5.60, 5.40, 5.70, 5.65, 5.55, 6.30, 6.30, 6.25), ncol = 3, byrow = TRUE)
  g <- function(case, m) data.frame(case, block = as.vector(row(m)), treatment = as.vector(col(m)), value = as.vector(m))
  write.csv(rbind(g("rounding", r), g("ties", matrix(sample(0:3, 40, TRUE), 10)), g("two", matrix(round(rnorm(16), 2), 8)), g("one_block", matrix(c(3, 1, 2), 1)), g("constant", matrix(1, 3, 3))), "data.csv", row.names = FALSE, quote = FALSE)
}
d <- read.csv("data.csv"); s <- paste("R", getRversion(), "friedman.test")
for (case in setdiff(unique(d$case), c("constant", "one_block"))) {
  x <- d[d$case == case, ]; m <- unclass(xtabs(value ~ block + treatment, x)); t <- friedman.test(m); cat("\n", case, "\n"); print(t)
  add(case, "", "chi_square", t$statistic[[1]], 1e-11, s); add(case, "", "df", t$parameter[[1]], 0, s); add(case, "", "p", t$p.value, 1e-10, s)
}
add("rounding", "", "chi_square", "11.143", "abs 0.0005", "Hollander & Wolfe 1973 p. 140"); add("rounding", "", "p", "0.003805", "abs 0.0000005", "Hollander & Wolfe 1973 p. 140")
add("one_block", "", "chi_square", 2, 1e-12, "12 (1 + 1 + 0) / (1 * 3 * 4) by hand; friedman.test refuses one block"); add("constant", "", "p", "NE(ZeroVariance)", 0, "definition"); add("none", "", "p", "NE(TooFewValues)", 0, "definition")
finish()
