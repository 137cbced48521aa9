# Run in this folder: Rscript program.R > listing.txt
rows <- list()
add <- function(case, options, key, value, tolerance, source) {
  if (is.numeric(value)) value <- sprintf("%.17g", value)
  rows[[length(rows) + 1]] <<- data.frame(case, options, key, value, tolerance, source)
}
finish <- function(packages = character()) {
  out <- do.call(rbind, rows)
  write.csv(out, "expected.csv", row.names = FALSE, quote = FALSE)
  cat("\n", nrow(out), "expected values written\n")
  for (p in packages) cat(p, format(packageVersion(p)), "\n")
  print(R.version.string)
}
s <- paste("R", getRversion())
suppressMessages(library(metafor))
d <- read.csv("../mantel_haenszel/data.csv")
# Restricted likelihood maximised numerically (an independent way to the closed cubic of the program under test).
variance <- function(x1, n1, x2, n2, D) {
  dll <- function(p2) { p1 <- p2 + D; q <- function(x, p) if (x == 0) 0 else x / p; q(x1, p1) - q(n1 - x1, 1 - p1) + q(x2, p2) - q(n2 - x2, 1 - p2) }
  lo <- max(0, -D); hi <- min(1, 1 - D); e <- 1e-14 * (hi - lo)
  p2 <- if (dll(lo + e) <= 0) lo else if (dll(hi - e) >= 0) hi else uniroot(dll, c(lo + e, hi - e), tol = 1e-16)$root
  p1 <- p2 + D; (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * (n1 + n2) / (n1 + n2 - 1)
}
weights <- function(kind, x) { w <- with(x, switch(kind, mantel_haenszel = n_a * n_b / (n_a + n_b), sample_size = n_a + n_b, equal = rep(1, length(n_a)))); w / sum(w) }
# Stratified Wilson interval (Yan & Su 2010): strata quantile z sqrt(sum w^2 v) / sum(w sqrt(v)).
strat_wilson <- function(x, n, w, z) {
  v <- x / n * (1 - x / n) / n
  if (all(v == 0)) v <- 1 / n
  zs <- z * sqrt(sum(w^2 * v)) / sum(w * sqrt(v))
  l <- 2 * pnorm(zs) - 1
  # Wilson limits as roots of (p - t)^2 = zs^2 t (1 - t) / n.
  lim <- sapply(seq_along(x), function(i) { p <- x[i] / n[i]; A <- 1 + zs^2 / n[i]; B <- -(2 * p + zs^2 / n[i]); C <- p^2; r <- sqrt(max(0, B^2 - 4 * A * C)); c((-B - r) / (2 * A), (-B + r) / (2 * A)) })
  c(sum(w * lim[1, ]), sum(w * lim[2, ]))
}
for (id in unique(d$case)) for (l in c(0.9, 0.95)) {
  x <- d[d$case == id & d$n_a > 0 & d$n_b > 0, ]; z <- qnorm((1 + l) / 2)
  with(x, {
    p1 <- events_a / n_a; p2 <- events_b / n_b
    put <- function(method, more, v, tol, source) for (k in names(v)) add(id, paste0("method=", method, ";level=", l, more), k, unname(v[[k]]), tol, source)
    w <- weights("mantel_haenszel", x); rd <- sum(w * (p1 - p2))
    if (any(events_a + events_b > 0)) {
      m <- rma.mh(ai = events_a, n1i = n_a, ci = events_b, n2i = n_b, measure = "RD", level = l, add = 0)
      put("mantel_haenszel", ";variance=sato", c(estimate = m$beta[1], standard_error = m$se, lower = m$ci.lb, upper = m$ci.ub), 1e-10, paste(s, "metafor rma.mh"))
      # Greenland & Robins (1985): ab n0^3 + cd n1^3 over n1 n0 N^2.
      gr <- sqrt(sum((events_a * (n_a - events_a) * n_b^3 + events_b * (n_b - events_b) * n_a^3) / (1 * n_a * n_b * (n_a + n_b)^2))) / sum(n_a * n_b / (n_a + n_b))
      put("mantel_haenszel", ";variance=greenland_robins", c(estimate = rd, standard_error = gr, lower = rd - z * gr, upper = rd + z * gr), 1e-10, paste(s, "formula"))
    } else put("mantel_haenszel", ";variance=sato", c(estimate = "0", lower = "NE(ZeroVariance)"), 0, "definition")
    for (kind in c("mantel_haenszel", "sample_size", "equal")) {
      w <- weights(kind, x); rd <- sum(w * (p1 - p2)); more <- paste0(";weights=", kind)
      a <- strat_wilson(events_a, n_a, w, z); b <- strat_wilson(events_b, n_b, w, z); la <- sum(w^2 / n_a); lb <- sum(w^2 / n_b)
      h <- function(p, q) z * sqrt(max(0, la * p * (1 - p) + lb * q * (1 - q)))
      put("newcombe", more, c(estimate = rd, lower = rd - h(a[1], b[2]), upper = rd + h(a[2], b[1])), 1e-9, paste(s, "formulas of Yan & Su 2010"))
      score <- function(D) (rd - D) / sqrt(sum(w^2 * mapply(variance, events_a, n_a, events_b, n_b, D)))
      lo <- if (rd <= -1) -1 else uniroot(function(D) score(D) - z, c(-1 + 1e-9, rd - 1e-9), tol = 1e-14)$root
      hi <- if (rd >= 1) 1 else uniroot(function(D) score(D) + z, c(rd + 1e-9, 1 - 1e-9), tol = 1e-14)$root
      put("miettinen_nurminen", more, c(estimate = rd, lower = lo, upper = hi), 1e-6, paste(s, "numerical likelihood and root"))
      if (l == 0.95) { cat("\n", id, kind, "\n"); print(c(rd = rd, newcombe = c(rd - h(a[1], b[2]), rd + h(a[2], b[1])), mn = c(lo, hi)), digits = 10) }
    }
    mn <- sapply(seq_along(n_a), function(i) { r <- p1[i] - p2[i]; f <- function(D) (r - D) / sqrt(variance(events_a[i], n_a[i], events_b[i], n_b[i], D))
      c(if (r <= -1) -1 else uniroot(function(D) f(D) - z, c(-1 + 1e-12, r - 1e-9), tol = 1e-14)$root, if (r >= 1) 1 else uniroot(function(D) f(D) + z, c(r + 1e-9, 1 - 1e-12), tol = 1e-14)$root) })
    mid <- colMeans(mn); se <- (mn[2, ] - mn[1, ]) / (2 * z); q <- sum(1 / se^2); e <- sum(mid / se^2) / q
    put("summary_score", "", c(estimate = e, standard_error = 1 / sqrt(q), lower = e - z / sqrt(q), upper = e + z / sqrt(q)), 1e-6, paste(s, "numerical likelihood and root"))
  })
}
add("absent", "method=mantel_haenszel;level=0.95;variance=sato", "estimate", "NE(EmptyGroup)", 0, "definition")
finish(c("metafor"))
