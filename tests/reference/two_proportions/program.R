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
# data.csv: case, events_a, n_a, events_b, n_b. newcombe_a..h: Newcombe (1998), Statistics in Medicine 17, 873-890, table II.
if (!file.exists("data.csv"))
  write.csv(data.frame(case = c(paste0("newcombe_", letters[1:8]), "balanced", "large", "empty"),
    events_a = c(56, 9, 6, 5, 0, 0, 10, 10, 20, 6000, 0), n_a = c(70, 10, 7, 56, 10, 10, 10, 10, 50, 9639, 0),
    events_b = c(48, 3, 2, 0, 0, 0, 0, 0, 20, 6125, 3), n_b = c(80, 10, 7, 29, 20, 10, 20, 10, 50, 9646, 10)), "data.csv", row.names = FALSE, quote = FALSE)
d <- read.csv("data.csv")
s <- paste("R", getRversion())
wilson <- function(x, n, z) { p <- x / n; (p + z^2 / (2 * n) + c(-1, 1) * z * sqrt(p * (1 - p) / n + z^2 / (4 * n^2))) / (1 + z^2 / n) }
# Miettinen-Nurminen: restricted likelihood maximised numerically (an independent way to the closed cubic).
mn_z <- function(x1, n1, x2, n2, D) {
  ll <- function(p2) { p1 <- p2 + D; t <- function(x, p) if (x == 0) 0 else x * log(p); t(x1, p1) + t(n1 - x1, 1 - p1) + t(x2, p2) + t(n2 - x2, 1 - p2) }
  dll <- function(p2) { p1 <- p2 + D; q <- function(x, p) if (x == 0) 0 else x / p; q(x1, p1) - q(n1 - x1, 1 - p1) + q(x2, p2) - q(n2 - x2, 1 - p2) }
  lo <- max(0, -D); hi <- min(1, 1 - D); e <- 1e-14 * (hi - lo)
  p2 <- if (dll(lo + e) <= 0) lo else if (dll(hi - e) >= 0) hi else uniroot(dll, c(lo + e, hi - e), tol = 1e-16)$root
  p1 <- p2 + D; v <- (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * (n1 + n2) / (n1 + n2 - 1)
  (x1 / n1 - x2 / n2 - D) / sqrt(v)
}
for (i in seq_len(nrow(d) - 1)) for (l in c(0.9, 0.95)) with(d[i, ], {
  z <- qnorm((1 + l) / 2); p1 <- events_a / n_a; p2 <- events_b / n_b; rd <- p1 - p2
  o <- function(m) paste0("method=", m, ";level=", l)
  se <- sqrt(p1 * (1 - p1) / n_a + p2 * (1 - p2) / n_b)
  add(case, o("wald"), "estimate", rd, 1e-12, s)
  if (se > 0) {
    ci <- suppressWarnings(prop.test(c(events_a, events_b), c(n_a, n_b), correct = FALSE, conf.level = l)$conf.int)
    add(case, o("wald"), "standard_error", se, 1e-12, s)
    if (abs(rd) + z * se < 1) { add(case, o("wald"), "lower", ci[1], 1e-9, paste(s, "prop.test")); add(case, o("wald"), "upper", ci[2], 1e-9, paste(s, "prop.test")) }
  } else add(case, o("wald"), "lower", "NE(ZeroVariance)", 0, "definition")
  w1 <- wilson(events_a, n_a, z); w2 <- wilson(events_b, n_b, z)
  add(case, o("newcombe"), "lower", rd - sqrt((p1 - w1[1])^2 + (w2[2] - p2)^2), 1e-9, paste(s, "formula"))
  add(case, o("newcombe"), "upper", rd + sqrt((w1[2] - p1)^2 + (p2 - w2[1])^2), 1e-9, paste(s, "formula"))
  f <- function(D, k) mn_z(events_a, n_a, events_b, n_b, D) - k
  lo <- if (rd <= -1) -1 else uniroot(f, c(-1 + 1e-12, rd - 1e-9), k = z, tol = 1e-14)$root
  hi <- if (rd >= 1) 1 else uniroot(f, c(rd + 1e-9, 1 - 1e-12), k = -z, tol = 1e-14)$root
  add(case, o("miettinen_nurminen"), "lower", lo, 1e-6, paste(s, "numerical likelihood and root"))
  add(case, o("miettinen_nurminen"), "upper", hi, 1e-6, paste(s, "numerical likelihood and root"))
  if (events_a > 0 && events_b > 0) {
    rse <- sqrt(1 / events_a - 1 / n_a + 1 / events_b - 1 / n_b)
    v <- c(estimate = p1 / p2, standard_error = rse, lower = exp(log(p1 / p2) - z * rse), upper = exp(log(p1 / p2) + z * rse))
    for (k in names(v)) add(case, o("katz"), k, v[[k]], 1e-9, paste(s, "formula"))
  } else {
    add(case, o("katz"), "estimate", if (events_a + events_b == 0) "NE(NoEvents)" else if (events_b == 0) "NE(ZeroCell)" else 0, 0, "definition")
    add(case, o("katz"), "upper", if (events_a + events_b == 0) "NE(NoEvents)" else "NE(ZeroCell)", 0, "definition")
  }
  cells <- c(events_a, n_a - events_a, events_b, n_b - events_b)
  if (all(cells > 0)) {
    # Logistic regression gives the same ratio and standard error by another way.
    g <- summary(glm(cbind(c(events_a, events_b), c(n_a - events_a, n_b - events_b)) ~ c(1, 0), family = binomial, control = list(epsilon = 1e-15, maxit = 100)))$coefficients
    add(case, o("woolf"), "estimate", exp(g[2, 1]), 1e-9, paste(s, "glm binomial")); add(case, o("woolf"), "standard_error", sqrt(sum(1 / cells)), 1e-9, paste(s, "formula"))
    add(case, o("woolf"), "lower", exp(g[2, 1] - z * g[2, 2]), 1e-7, paste(s, "glm binomial")); add(case, o("woolf"), "upper", exp(g[2, 1] + z * g[2, 2]), 1e-7, paste(s, "glm binomial"))
  } else add(case, o("woolf"), "lower", if (events_a + events_b == 0) "NE(NoEvents)" else "NE(ZeroCell)", 0, "definition")
  if (l == 0.95) { cat("\n", case, events_a, n_a, events_b, n_b, "\n"); print(c(rd = rd, newcombe = c(rd - sqrt((p1 - w1[1])^2 + (w2[2] - p2)^2), rd + sqrt((w1[2] - p1)^2 + (p2 - w2[1])^2)), mn = c(lo, hi)), digits = 12) }
})
add("empty", "method=newcombe;level=0.95", "lower", "NE(EmptyGroup)", 0, "definition")
published <- read.csv(text = "case,method,lower,upper
newcombe_a,wald,0.0575,0.3425
newcombe_a,miettinen_nurminen,0.0528,0.3382
newcombe_a,newcombe,0.0524,0.3339
newcombe_b,newcombe,0.1705,0.8090
newcombe_c,newcombe,0.0582,0.8062
newcombe_d,newcombe,-0.0381,0.1926
newcombe_e,newcombe,-0.1611,0.2775
newcombe_f,newcombe,-0.2775,0.2775
newcombe_g,newcombe,0.6791,1
newcombe_h,newcombe,0.6075,1")
for (i in seq_len(nrow(published))) with(published[i, ], {
  o <- paste0("method=", method, ";level=0.95")
  add(case, o, "lower", lower, "abs 6e-5", "Newcombe 1998 table II"); add(case, o, "upper", upper, "abs 6e-5", "Newcombe 1998 table II")
})
finish()
