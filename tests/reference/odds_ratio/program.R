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
# data.csv: case, events_a, n_a, events_b, n_b. tea: Fisher (1935). fisher.test itself is good to about 4e-4 only
# (uniroot with its default tolerance), so the same equations are solved here with a tight one, on the log scale.
if (!file.exists("data.csv"))
  write.csv(data.frame(case = c("tea", "plain", "zero_a", "zero_b", "no_events", "large", "convictions"),
    events_a = c(3, 27, 0, 4, 0, 881, 2), n_a = c(4, 295, 10, 12, 10, 9810, 17), events_b = c(1, 52, 3, 0, 0, 934, 10), n_b = c(4, 307, 10, 9, 10, 9795, 13)), "data.csv", row.names = FALSE, quote = FALSE)
d <- read.csv("data.csv")
s <- paste("R", getRversion(), "own equations and uniroot tol 1e-14")
for (i in seq_len(nrow(d))) for (l in c(0.9, 0.95)) with(d[i, ], {
  o <- paste0("level=", l); k <- events_a + events_b; lo <- max(0, k - n_b); hi <- min(n_a, k)
  if (lo == hi) { for (key in c("estimate", "lower", "upper")) add(case, o, key, "NE(NoEvents)", 0, "definition"); return() }
  x <- lo:hi; logdc <- dhyper(x, n_a, n_b, k, log = TRUE)
  law <- function(th) { e <- logdc + th * x; e <- exp(e - max(e)); e / sum(e) }
  root <- function(f) exp(uniroot(f, c(-30, 30), tol = 1e-14, maxiter = 10000)$root)
  a2 <- (1 - l) / 2
  add(case, o, "estimate", if (events_a == lo) 0 else if (events_a == hi) "NE(Unbounded)" else root(function(th) sum(x * law(th)) - events_a), 1e-6, s)
  add(case, o, "lower", if (events_a == lo) 0 else root(function(th) log(sum(law(th)[x >= events_a]) / a2)), 1e-6, s)
  add(case, o, "upper", if (events_a == hi) "NE(Unbounded)" else root(function(th) log(sum(law(th)[x <= events_a]) / a2)), 1e-6, s)
  ft <- fisher.test(matrix(c(events_a, n_a - events_a, events_b, n_b - events_b), 2), conf.level = l)
  if (l == 0.95) { cat("\n", case, "\n"); print(ft) }
  if (events_a > lo && events_a < hi) { add(case, o, "estimate", ft$estimate[[1]], 1e-2, "R fisher.test"); add(case, o, "lower", ft$conf.int[1], 1e-2, "R fisher.test"); add(case, o, "upper", ft$conf.int[2], 1e-2, "R fisher.test") }
})
finish()
