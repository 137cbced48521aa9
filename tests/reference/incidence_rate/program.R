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
# data.csv: case, events, time. poisson.test for the exact limits; the others written out.
if (!file.exists("data.csv")) write.csv(data.frame(case = c("none", "one", "five", "ten", "rothman", "many", "small_time", "common"), events = c(0, 1, 5, 10, 41, 100000, 3, 12), time = c(250.5, 1, 1, 1, 28010, 123456.75, 1e-5, 7.25)), "data.csv", row.names = FALSE, quote = FALSE)
d <- read.csv("data.csv"); s <- paste("R", getRversion(), "poisson.test"); w <- paste("R", getRversion(), "formula")
for (i in seq_len(nrow(d))) for (l in c(0.95, 0.9, 0.99)) {
  x <- d$events[i]; t <- d$time[i]; case <- d$case[i]; z <- qnorm(0.5 + l / 2); p <- poisson.test(x, t, conf.level = l)
  cat(case, l, format(c(p$estimate, p$conf.int), digits = 12), "\n")
  put <- function(m, lower, upper, src, tol) { o <- paste0("method=", m, ";level=", l); add(case, o, "lower", lower, tol, src); add(case, o, "upper", upper, tol, src) }
  add(case, paste0("method=garwood;level=", l), "rate", p$estimate[[1]], 1e-12, s)
  put("garwood", p$conf.int[1], p$conf.int[2], s, 1e-9)
  if (x == 0) { put("normal", "NE(ZeroVariance)", "NE(ZeroVariance)", "definition", 0); put("log", "NE(NoEvents)", "NE(NoEvents)", "definition", 0) } else {
    put("normal", max(0, x / t - z * sqrt(x) / t), x / t + z * sqrt(x) / t, w, 1e-10); put("log", exp(log(x / t) - z / sqrt(x)), exp(log(x / t) + z / sqrt(x)), w, 1e-10) }
  y <- x + 1; put("byar", if (x == 0) 0 else max(0, x * (1 - 1 / (9 * x) - z / 3 / sqrt(x))^3 / t), y * (1 - 1 / (9 * y) + z / 3 / sqrt(y))^3 / t, w, 1e-10)
  # Rao's score (x - m)^2 = z^2 m, by bisection on either side of x.
  root <- function(from, to) { f <- function(m) (x - m) / sqrt(m); goal <- if (to > from) -z else z; for (k in 1:2000) { m <- (from + to) / 2; if (m == from || m == to) break; if (abs(f(m)) < abs(goal)) from <- m else to <- m }; (from + to) / 2 }
  put("score", if (x == 0) 0 else root(x, 0) / t, root(x, 2 * x + 100) / t, w, 1e-9)
}
g <- "Garwood 1936 limits as tabulated (Breslow & Day 1987; Rothman)"; o <- "method=garwood;level=0.95"
add("one", o, "lower", "0.0253", "abs 6e-5", g); add("one", o, "upper", "5.57", "abs 6e-3", g); add("five", o, "lower", "1.62", "abs 6e-3", g); add("five", o, "upper", "11.67", "abs 6e-3", g); add("ten", o, "lower", "4.795", "abs 6e-4", g); add("ten", o, "upper", "18.39", "abs 6e-3", g)
finish()
