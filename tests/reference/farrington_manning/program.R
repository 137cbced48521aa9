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
# data.csv: case, events_a, n_a, events_b, n_b. The restricted likelihood is maximised by bisection of its slope (no closed form is
# shared); limits by bisection in that. For a null of no effect prop.test without correction is the same test.
if (!file.exists("data.csv")) write.csv(data.frame(case = c("newcombe", "near", "none_a", "none", "all", "small", "large", "unequal", "all_a"), events_a = c(56, 83, 0, 0, 15, 2, 4021, 190, 9), n_a = c(70, 90, 20, 14, 15, 5, 5000, 200, 9), events_b = c(48, 69, 3, 0, 12, 1, 3987, 17, 6), n_b = c(80, 76, 25, 11, 12, 4, 5100, 18, 13)), "data.csv", row.names = FALSE, quote = FALSE)
d <- read.csv("data.csv"); w <- paste("R", getRversion(), "bisection"); s <- paste("R", getRversion(), "prop.test")
part <- function(x, p) if (x > 0) x / p else 0
bisect <- function(f, low, high) { for (i in 1:3000) { m <- (low + high) / 2; if (m == low || m == high) break; if (f(m) > 0) low <- m else high <- m }; (low + high) / 2 }
# Second proportion b; the first is b + D (difference) or b * R (ratio).
diff_mle <- function(xa, na, xb, nb, D) { low <- max(0, -D); high <- min(1, 1 - D)
  f <- function(b) part(xa, b + D) + part(xb, b) - part(na - xa, 1 - b - D) - part(nb - xb, 1 - b); b <- bisect(f, low, high); c(b + D, b) }
ratio_mle <- function(xa, na, xb, nb, R) { high <- min(1, 1 / R)
  f <- function(b) (xa + xb) / b - part((na - xa) * R, 1 - b * R) - part(nb - xb, 1 - b); b <- if (xa + xb == 0) 0 else bisect(f, 0, high); c(b * R, b) }
z_diff <- function(xa, na, xb, nb, D) { p <- pmin(1, pmax(0, diff_mle(xa, na, xb, nb, D))); se <- sqrt(p[1] * (1 - p[1]) / na + p[2] * (1 - p[2]) / nb); c(p, se, (xa / na - xb / nb - D) / se) }
z_ratio <- function(xa, na, xb, nb, R) { p <- pmin(1, pmax(0, ratio_mle(xa, na, xb, nb, R))); se <- sqrt(p[1] * (1 - p[1]) / na + R^2 * p[2] * (1 - p[2]) / nb); c(p, se, (xa / na - R * xb / nb) / se) }
for (i in seq_len(nrow(d))) { r <- d[i, ]; case <- r$case; xa <- r$events_a; na <- r$n_a; xb <- r$events_b; nb <- r$n_b
  for (kind in c("difference", "ratio")) for (null in if (kind == "difference") c(-0.1, 0, 0.05, 0.3) else c(0.8, 1, 1.5)) {
    v <- (if (kind == "difference") z_diff else z_ratio)(xa, na, xb, nb, null); o <- paste0("scale=", kind, ";null=", null)
    if (v[3] < 1e-8) { add(case, o, "z", "NE(ZeroVariance)", 0, "definition"); next }
    cat(case, o, format(v, digits = 12), "\n"); if (abs(v[4]) < 1e-13) v[4] <- 0
    add(case, o, "restricted_a", v[1], 1e-8, w); add(case, o, "restricted_b", v[2], 1e-8, w); add(case, o, "standard_error", v[3], 1e-8, w); add(case, o, "z", v[4], 1e-8, w)
    add(case, o, "p_upper", pnorm(v[4], lower.tail = FALSE), 1e-7, w); add(case, o, "p_lower", pnorm(v[4]), 1e-7, w); add(case, o, "p", 2 * pnorm(-abs(v[4])), 1e-7, w)
    if (null == (kind == "ratio")) { p <- suppressWarnings(prop.test(c(xa, xb), c(na, nb), correct = FALSE)); add(case, o, "chi_square", p$statistic[[1]], 1e-9, s) } }
  for (l in c(0.95, 0.9)) { z <- qnorm(0.5 + l / 2); est <- xa / na - xb / nb; f <- function(D) { v <- z_diff(xa, na, xb, nb, D)[4]; if (is.nan(v)) 0 else v }
    lo <- if (est <= -1 || f(-1 + 1e-13) < z) -1 else bisect(function(D) f(D) - z, -1 + 1e-13, est); up <- if (est >= 1 || f(1 - 1e-13) > -z) 1 else bisect(function(D) f(D) + z, est, 1 - 1e-13)
    add(case, paste0("level=", l), "lower", lo, 1e-8, w); add(case, paste0("level=", l), "upper", up, 1e-8, w); cat(case, l, format(c(lo, up), digits = 12), "\n") }
}
add("newcombe", "level=0.95", "lower", "0.0533", "abs 6e-5", "Newcombe 1998b table II (a) Mee"); add("newcombe", "level=0.95", "upper", "0.3377", "abs 6e-5", "Newcombe 1998b table II (a) Mee")
finish()
