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
# data.csv: case, events_a, time_a, events_b, time_b. poisson.test for exact limits and p-values; epitools for the log interval; score
# limits as roots of the likelihood equations, which are themselves maximised numerically (no closed form).
suppressMessages(library(epitools))
if (!file.exists("data.csv")) write.csv(data.frame(case = c("rothman", "boice", "equal", "none_a", "none_b", "none", "rare", "large", "reverse", "unequal"), events_a = c(41, 11, 7, 0, 4, 0, 2, 5321, 15, 30), time_a = c(28010, 800, 52.5, 110, 75.25, 20, 3e6, 40211.5, 19017, 3.5), events_b = c(15, 21, 7, 6, 0, 0, 9, 4999, 41, 1), time_b = c(19017, 3011, 52.5, 98.5, 60, 30, 2.5e6, 41000, 28010, 55)), "data.csv", row.names = FALSE, quote = FALSE)
d <- read.csv("data.csv"); s <- paste("R", getRversion(), "poisson.test"); w <- paste("R", getRversion(), "formula"); e <- paste("epitools", packageVersion("epitools"))
# Restricted likelihood at rate difference D: root of its derivative by bisection to the last bit, no formula for it.
restricted <- function(xa, ta, xb, tb, D) {
  f <- function(b) (if (xa > 0) xa / (b + D) else 0) + (if (xb > 0) xb / b else 0) - ta - tb
  low <- max(0, -D); if (f(low + 1e-300 + low * 1e-16) <= 0) return(low); high <- max(low, 1e-12) * 2; while (f(high) > 0) high <- high * 2
  for (i in 1:3000) { m <- (low + high) / 2; if (m == low || m == high) break; if (f(m) > 0) low <- m else high <- m }; (low + high) / 2
}
z_score <- function(xa, ta, xb, tb, D) { b <- restricted(xa, ta, xb, tb, D); (xa / ta - xb / tb - D) / sqrt((b + D) / ta + b / tb) }
solve_for <- function(f, from, to) { for (i in 1:400) { m <- (from + to) / 2; if (m == from || m == to) break; if (f(m) > 0) from <- m else to <- m }; (from + to) / 2 }
for (i in seq_len(nrow(d))) {
  r <- d[i, ]; xa <- r$events_a; ta <- r$time_a; xb <- r$events_b; tb <- r$time_b; case <- r$case; D <- xa / ta - xb / tb
  cat("\n", case, "\n"); if (xa + xb > 0) print(poisson.test(c(xa, xb), c(ta, tb)))
  for (l in c(0.95, 0.9)) { z <- qnorm(0.5 + l / 2); ol <- function(m) paste0("method=", m, ";level=", l); se <- sqrt(xa / ta^2 + xb / tb^2)
    if (se == 0) for (k in c("standard_error", "lower", "upper")) add(case, ol("difference_normal"), k, "NE(ZeroVariance)", 0, "definition") else {
      add(case, ol("difference_normal"), "estimate", D, 1e-10, w); add(case, ol("difference_normal"), "standard_error", se, 1e-10, w); add(case, ol("difference_normal"), "lower", D - z * se, 1e-9, w); add(case, ol("difference_normal"), "upper", D + z * se, 1e-9, w) }
    span <- 50 * (xa + xb + 20) / min(ta, tb); f <- function(x) z_score(xa, ta, xb, tb, x)
    lo <- solve_for(function(x) f(x) - z, D - span, D); up <- solve_for(function(x) f(x) + z, D, D + span); cat("score", format(c(lo, up), digits = 12), "\n")
    add(case, ol("difference_score"), "estimate", D, 1e-10, w); add(case, ol("difference_score"), "lower", lo, 1e-8, w); add(case, ol("difference_score"), "upper", up, 1e-8, w)
    if (xa + xb == 0) { for (m in c("ratio_exact", "ratio_score", "ratio_log")) add(case, ol(m), "estimate", "NE(NoEvents)", 0, "definition"); next }
    p <- poisson.test(c(xa, xb), c(ta, tb), conf.level = l)
    add(case, ol("ratio_exact"), "estimate", if (xb == 0) "NE(Unbounded)" else p$estimate[[1]], 1e-10, s); add(case, ol("ratio_exact"), "lower", p$conf.int[1], 1e-9, s); add(case, ol("ratio_exact"), "upper", if (xb == 0) "NE(Unbounded)" else p$conf.int[2], 1e-9, s)
    # prop.test without correction gives Wilson's limits of the share, whose odds are scaled by the times.
    wl <- suppressWarnings(prop.test(xa, xa + xb, correct = FALSE, conf.level = l)$conf.int); odds <- wl / (1 - wl) * tb / ta
    add(case, ol("ratio_score"), "lower", odds[1], 1e-9, "R prop.test"); add(case, ol("ratio_score"), "upper", if (xb == 0) "NE(Unbounded)" else odds[2], 1e-9, "R prop.test")
    if (xa > 0 && xb > 0) { q <- rateratio.wald(c(xb, xa, tb, ta), conf.level = l)$measure[2, ]
      add(case, ol("ratio_log"), "estimate", q[[1]], 1e-10, e); add(case, ol("ratio_log"), "lower", q[[2]], 1e-10, e); add(case, ol("ratio_log"), "upper", q[[3]], 1e-10, e); add(case, ol("ratio_log"), "standard_error", sqrt(1 / xa + 1 / xb), 1e-12, w)
    } else add(case, ol("ratio_log"), "upper", "NE(ZeroCell)", 0, "definition")
  }
  for (null in c(1, 0.5, 1.3)) { o <- paste0("null=", null)
    if (xa + xb == 0) { add(case, paste0(o, ";two_sided=likelihood"), "exact_p", "NE(NoEvents)", 0, "definition"); next }
    t <- function(a) poisson.test(c(xa, xb), c(ta, tb), r = null, alternative = a)$p.value
    add(case, paste0(o, ";two_sided=likelihood"), "exact_p", t("two.sided"), 1e-9, s); add(case, o, "exact_p_lower", t("less"), 1e-9, s); add(case, o, "exact_p_upper", t("greater"), 1e-9, s)
    add(case, paste0(o, ";two_sided=twice"), "exact_p", min(1, 2 * min(t("less"), t("greater"))), 1e-9, s) }
  if (xa + xb > 0) { pool <- (xa + xb) / (ta + tb); z0 <- D / sqrt(pool / ta + pool / tb); if (abs(z0) < 1e-12) z0 <- 0
    add(case, "null=0", "score_z", z0, 1e-9, w); add(case, "null=0", "score_p", 2 * pnorm(-abs(z0)), 1e-8, w) } else add(case, "null=0", "score_z", "NE(NoEvents)", 0, "definition")
  add(case, "null=0.01", "score_z", z_score(xa, ta, xb, tb, 0.01), 1e-9, w); add(case, "null=-0.002", "score_z", z_score(xa, ta, xb, tb, -0.002), 1e-9, w)
}
# Boice & Monson (1977) in Rothman: breast cancer after fluoroscopy, 41 in 28010 and 15 in 19017 woman-years: ratio 1.86.
add("rothman", "method=ratio_log;level=0.95", "estimate", "1.86", "abs 6e-3", "Rothman: Modern Epidemiology; Boice & Monson 1977")
finish()
