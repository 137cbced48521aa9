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
# Exact distribution of the sum of first cells by convolution of products of binomial coefficients, limits by uniroot
# with a tight tolerance; p-values also from mantelhaen.test(exact = TRUE), whose limits are only good to about 1e-4.
d <- read.csv("../mantel_haenszel/data.csv")
conv <- function(a, b) { r <- numeric(length(a) + length(b) - 1); for (i in seq_along(a)) r[i - 1 + seq_along(b)] <- r[i - 1 + seq_along(b)] + a[i] * b; r }
for (id in setdiff(unique(d$case), c("no_events", "empty_group"))) with(d[d$case == id, ], {
  t <- events_a + events_b; lo <- pmax(0, t - n_b); hi <- pmin(t, n_a); w <- 1
  for (i in seq_along(t)) w <- conv(w, dhyper(lo[i]:hi[i], n_a[i], n_b[i], t[i]))
  x <- sum(events_a - lo); k <- seq_along(w) - 1
  # Tails over tails, so that neither is lost beside 1.
  tilt <- function(th) { u <- log(w) + k * th; exp(u - max(u)) }
  solve <- function(f) exp(uniroot(f, c(-30, 30), tol = 1e-14, maxiter = 1000)$root)
  put <- function(key, value, tol, source) add(id, "level=0.95", key, value, tol, source)
  q <- paste(s, "convolution of dhyper")
  if (x > 0) put("lower", solve(function(th) { u <- tilt(th); log(sum(u[k >= x]) / sum(u)) - log(0.025) }), 1e-8, q) else put("lower", 0, 0, "definition")
  if (x < max(k)) put("upper", solve(function(th) { u <- tilt(th); log(sum(u[k <= x]) / sum(u)) - log(0.025) }), 1e-8, q) else put("upper", "NE(Unbounded)", 0, "definition")
  put("estimate", if (x == 0) 0 else if (x == max(k)) "NE(Unbounded)" else solve(function(th) { u <- tilt(th); sum(u * k) / sum(u) - x }), 1e-8, q)
  u <- tilt(0); u <- u / sum(u)
  put("p_two_sided", min(1, sum(u[u <= u[x + 1] * (1 + 1e-7)])), 1e-9, q); put("p_less", sum(u[k <= x]), 1e-9, q); put("p_greater", sum(u[k >= x]), 1e-9, q)
  if (length(t) > 1) {
    m <- mantelhaen.test(array(rbind(events_a, n_a - events_a, events_b, n_b - events_b), c(2, 2, length(t))), exact = TRUE)
    put("p_two_sided", m$p.value, 1e-7, paste(s, "mantelhaen.test"))
    if (is.finite(m$conf.int[2]) && x > 0) { put("lower", m$conf.int[1], 1e-2, paste(s, "mantelhaen.test")); put("upper", m$conf.int[2], 1e-2, paste(s, "mantelhaen.test")) }
    cat("\n", id, "\n"); print(c(p = m$p.value, m$estimate, ci = m$conf.int), digits = 10)
  }
})
add("no_events", "level=0.95", "p_two_sided", "NE(NoEvents)", 0, "definition")
add("absent", "level=0.95", "p_two_sided", "NE(EmptyGroup)", 0, "definition")
finish()
