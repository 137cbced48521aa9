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
s <- paste("R", getRversion())
# data.csv: case, imputation, subject, arm, x, v1..v3 completed visits, m1..m3 1 where imputed. Analysis: lm(v3 ~ arm + x), Rubin's rules.
if (!file.exists("data.csv")) {
  set.seed(76)
  g <- function(case, n, m, effect) {
    arm <- rep(0:1, length.out = n); x <- round(rnorm(n, 20, 4), 1); base <- sapply(1:3, function(j) round(x * 0.7 + effect * arm * j / 3 + rnorm(n, 4, 2.5), 1))
    miss <- t(sapply(1:n, function(i) { d <- sample(0:3, 1, prob = c(1, 1, 2, 9)); w <- as.integer(1:3 > d); if (runif(1) < 0.2 && d == 3) w[2] <- 1L; w }))
    do.call(rbind, lapply(1:m, function(k) { y <- base + miss * round(matrix(rnorm(3 * n, 0, 1.5), n), 2); data.frame(case, imputation = k, subject = 1:n, arm, x, v1 = y[, 1], v2 = y[, 2], v3 = y[, 3], m1 = miss[, 1], m2 = miss[, 2], m3 = miss[, 3]) }))
  }
  write.csv(rbind(g("strong", 60, 10, 3.5), g("weak", 40, 5, 2.6), g("none", 40, 5, 0)), "data.csv", row.names = FALSE, quote = FALSE)
}
d <- read.csv("data.csv")
analyse <- function(dd, delta0, delta1, shifts, shifted, visit = 3) {
  r <- sapply(split(dd, dd$imputation), function(k) {
    y <- as.matrix(k[, c("v1", "v2", "v3")]); m <- as.matrix(k[, c("m1", "m2", "m3")]) == 1
    if (shifted == "after") m <- t(apply(m, 1, function(w) w & seq_along(w) > max(0, which(!w))))
    delta <- ifelse(k$arm == 1, delta1, delta0); add <- if (shifts == "separate") delta * m else delta * t(apply(m, 1, cumsum)) * m
    f <- summary(lm((y + add)[, visit] ~ arm + x, k))$coefficients; c(f[2, 1], f[2, 2])
  })
  m <- ncol(r); q <- mean(r[1, ]); b <- var(r[1, ]); u <- mean(r[2, ]^2); t <- u + (1 + 1 / m) * b; df <- (m - 1) * (1 + u / ((1 + 1 / m) * b))^2
  c(estimate = q, p = 2 * pt(-abs(q / sqrt(t)), df))
}
for (case in unique(d$case)) for (shifts in c("separate", "accumulated")) for (shifted in c("all", "after")) {
  dd <- d[d$case == case, ]; o <- paste0("shifts=", shifts, ";shifted=", shifted); grid <- seq(0, -30, by = -1)
  v <- t(sapply(grid, function(x) analyse(dd, 0, x, shifts, shifted)))
  for (i in c(1, 3, 8)) { add(case, paste0(o, ";delta=", grid[i]), "estimate", v[i, "estimate"], 1e-9, s); add(case, paste0(o, ";delta=", grid[i]), "p", v[i, "p"], 1e-8, s); add(case, paste0(o, ";delta=", grid[i], ";visit=2"), "estimate", analyse(dd, 0, grid[i], shifts, shifted, 2)[["estimate"]], 1e-9, s) }
  holds <- v[, "p"] < 0.05; change <- which(holds[-1] != holds[-length(holds)]); add(case, o, "n_changes", length(change), 0, s); print(cbind(grid, v)[1:12, ])
  for (k in seq_along(change)) {
    add(case, o, paste0("change_", k - 1), grid[change[k]], 0, s)
    root <- uniroot(function(x) log(analyse(dd, 0, x, shifts, shifted)[["p"]] / 0.05), grid[change[k] + 0:1], tol = 1e-13)$root
    add(case, o, paste0("root_", k - 1), root, 1e-8, s)
  }
  both <- outer(c(0, -2, 4), c(0, -3, -8), Vectorize(function(a, b) analyse(dd, a, b, shifts, shifted)[["p"]]))
  for (i in 1:3) for (j in 1:3) add(case, o, paste0("grid_", i - 1, "_", j - 1), both[i, j], 1e-8, s)
}
finish()
