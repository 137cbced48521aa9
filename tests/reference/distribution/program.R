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
# data.csv: function, a value x or probability p, and up to two parameters.
if (!file.exists("data.csv")) {
  g <- rbind(
    expand.grid(fun = "normal", x = c(-37.5, -30, -8.3, -3, -1, -1e-5, 0, 0.3, 1.96, 6, 12, 37), a = NA, b = NA),
    expand.grid(fun = "normal_quantile", x = c(1e-300, 1e-100, 1e-20, 1e-8, 1e-3, 0.025, 0.3, 0.499, 0.7, 0.975, 0.9999), a = NA, b = NA),
    expand.grid(fun = "t", x = c(-500, -40, -5, -1, -1e-4, 0.1, 2, 7.5, 1000), a = c(0.5, 1, 2.7, 10, 36.9789, 251, 19433, 1e6), b = NA),
    expand.grid(fun = "t_quantile", x = c(1e-12, 1e-5, 0.005, 0.025, 0.4, 0.51, 0.95, 0.975, 0.9995), a = c(0.5, 1, 2.7, 10, 36.9789, 251, 19433, 1e6), b = NA),
    expand.grid(fun = "chi_square", x = c(1e-8, 0.01, 0.5, 3.84, 20, 150, 900), a = c(1, 2, 3.5, 20, 300), b = NA),
    expand.grid(fun = "chi_square_quantile", x = c(1e-10, 0.001, 0.05, 0.5, 0.95, 0.9999), a = c(1, 2, 3.5, 20, 300), b = NA),
    expand.grid(fun = "f", x = c(1e-6, 0.2, 1, 4.1, 60, 5000), a = c(1, 2, 7, 40), b = c(1, 5, 68, 2000)),
    expand.grid(fun = "f_quantile", x = c(1e-6, 0.05, 0.5, 0.95, 0.999), a = c(1, 2, 7, 40), b = c(1, 5, 68, 2000)),
    expand.grid(fun = "beta_quantile", x = c(1e-9, 0.025, 0.5, 0.975), a = c(0.3, 1, 5, 900), b = c(0.7, 1, 12, 9000)))
  write.csv(g, "data.csv", row.names = FALSE, quote = FALSE, na = "")
}
d <- read.csv("data.csv")
s <- paste("R", getRversion())
for (i in seq_len(nrow(d))) with(d[i, ], {
  o <- paste0("x=", format(x, digits = 17), if (!is.na(a)) paste0(";a=", format(a, digits = 17)), if (!is.na(b)) paste0(";b=", format(b, digits = 17)))
  both <- function(p, ...) { add(fun, o, "lower", p(x, ..., lower.tail = TRUE), 1e-9, s); add(fun, o, "upper", p(x, ..., lower.tail = FALSE), 1e-9, s) }
  one <- function(v) add(fun, o, "quantile", v, 1e-9, s)
  switch(fun, normal = both(pnorm), t = both(pt, a), chi_square = both(pchisq, a), f = both(pf, a, b),
         normal_quantile = one(qnorm(x)), t_quantile = one(qt(x, a)), chi_square_quantile = one(qchisq(x, a)),
         # qf loses the lower tail (it takes 1 - a beta quantile); the beta quantile itself does not.
         f_quantile = one(if (x < 0.5) { q <- qbeta(x, a / 2, b / 2); q / (1 - q) * b / a } else qf(x, a, b)), beta_quantile = one(qbeta(x, a, b)))
})
print(table(d$fun))
finish()
