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
# data.csv: case, value. sleep_1: Student (1908), extra hours of sleep, first drug. skewed: generated.
if (!file.exists("data.csv")) {
  set.seed(1)
  write.csv(rbind(data.frame(case = "sleep_1", value = sleep$extra[1:10]),
                  data.frame(case = "skewed", value = round(exp(rnorm(37, 2, 1)), 2)),
                  data.frame(case = "ties", value = sample(1:4, 50, TRUE)),
                  data.frame(case = "offset", value = 1e6 + round(rnorm(24), 3)),
                  data.frame(case = "two", value = c(3.5, 8)),
                  data.frame(case = "one", value = 7),
                  data.frame(case = "equal", value = rep(2.5, 6))), "data.csv", row.names = FALSE, quote = FALSE)
}
d <- read.csv("data.csv")
s <- paste("R", getRversion())
for (case in unique(d$case)) {
  x <- d$value[d$case == case]; n <- length(x)
  cat("\n", case, "\n"); print(summary(x)); print(sd(x))
  o <- "level=0.95"
  add(case, o, "n", n, 0, s); add(case, o, "mean", mean(x), 1e-12, s); add(case, o, "median", median(x), 1e-12, s)
  add(case, o, "minimum", min(x), 0, s); add(case, o, "maximum", max(x), 0, s)
  if (n > 1) {
    add(case, o, "standard_deviation", sd(x), 1e-9, s); add(case, o, "standard_error", sd(x) / sqrt(n), 1e-9, s)
    for (l in c(0.9, 0.95, 0.99)) {
      ci <- mean(x) + c(-1, 1) * qt((1 + l) / 2, n - 1) * sd(x) / sqrt(n)
      add(case, paste0("level=", l), "lower", ci[1], 1e-9, s); add(case, paste0("level=", l), "upper", ci[2], 1e-9, s)
    }
  } else for (k in c("standard_deviation", "standard_error", "lower", "upper")) add(case, o, k, "NE(TooFewValues)", 0, "definition")
  for (type in 1:9) for (p in c(0, 0.01, 0.1, 0.25, 0.5, 0.6, 0.75, 0.9, 1))
    add(case, paste0("type=", type, ";p=", p), "quantile", quantile(x, p, type = type, names = FALSE), 1e-12, s)
}
for (k in c("mean", "median", "minimum", "maximum", "standard_deviation", "lower")) add("none", "level=0.95", k, "NE(TooFewValues)", 0, "definition")
finish()
