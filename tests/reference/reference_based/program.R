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
# Merged means and covariances, and the distribution of missing visits given the observed ones (Carpenter, Roger & Kenward 2013).
# Written by solving for the covariance that has the own arm before and the reference's regression after; no formula shared.
# data.csv: case, row, own_mean, reference_mean, o1..o5, r1..r5 covariances, y visits (blank missing).
s <- paste("R", getRversion())
if (!file.exists("data.csv")) {
  set.seed(74)
  cv <- function(p, scale) { a <- matrix(rnorm(p * (p + 2)), p); round(scale * (tcrossprod(a) + diag(p)), 3) }
  g <- function(case, p, scale, y, same = FALSE) {
    o <- matrix(NA, p, 5); r <- o; o[, 1:p] <- cv(p, scale); r[, 1:p] <- if (same) o[, 1:p] else cv(p, scale * 0.7)
    colnames(o) <- paste0("o", 1:5); colnames(r) <- paste0("r", 1:5)
    data.frame(case, row = 1:p, own_mean = round(50 + cumsum(rnorm(p, 1, 2)), 2), reference_mean = round(50 + cumsum(rnorm(p, 0, 2)), 2), o, r, y)
  }
  write.csv(rbind(g("four", 4, 3, c(52.1, 55, NA, NA)), g("gap", 4, 3, c(NA, 55, NA, NA)), g("late_observed", 5, 2, c(49, NA, NA, 60.5, NA)), g("same_covariance", 4, 5, c(47, NA, NA, NA), TRUE),
    g("nothing_observed", 3, 1, c(NA, NA, NA)), g("one_visit", 1, 1, NA), g("all_observed", 3, 1, c(50, 51, 52))), "data.csv", row.names = FALSE, quote = FALSE, na = "")
}
d <- read.csv("data.csv")
for (case in unique(d$case)) {
  dd <- d[d$case == case, ]; p <- nrow(dd); S <- as.matrix(dd[, paste0("o", 1:p)]); R <- as.matrix(dd[, paste0("r", 1:p)]); mo <- dd$own_mean; mr <- dd$reference_mean; y <- dd$y; dimnames(S) <- dimnames(R) <- NULL
  for (strategy in c("mar", "j2r", "cr", "cir", "lmcf")) for (first in 0:p) {
    o <- paste0("strategy=", strategy, ";first=", first); b <- seq_len(first); a <- setdiff(1:p, b)
    if (strategy == "lmcf" && first == 0) { add(case, o, "merged_0", "NE(NotDefined)", 0, "definition"); next }
    mean <- mo; cov <- S
    if (strategy == "cr" && first < p) { mean <- mr; cov <- R }
    if (strategy == "lmcf" && first < p) mean[a] <- mo[first]
    if (strategy %in% c("j2r", "cir") && first < p) {
      mean[a] <- if (strategy == "j2r" || first == 0) mr[a] else mo[first] + mr[a] - mr[first]
      if (first == 0) { mean <- mr; cov <- R } else {
        # y_a = constant + B y_b + e, B and var(e) of the reference, var(y_b) of the own arm.
        B <- t(apply(R[a, b, drop = FALSE], 1, function(x) solve(R[b, b, drop = FALSE], x))); if (length(b) == 1) B <- matrix(R[a, b] / R[b, b], ncol = 1)
        V <- R[a, a, drop = FALSE] - B %*% R[b, b] %*% t(B)
        L <- rbind(cbind(diag(length(b)), matrix(0, length(b), length(a))), cbind(B, diag(length(a))))
        D <- matrix(0, p, p); D[b, b] <- S[b, b]; D[a, a] <- V
        cov <- L %*% D %*% t(L)
      }
    }
    for (j in 1:p) { add(case, o, paste0("merged_", j - 1), mean[j], 1e-12, s); for (k in 1:j) add(case, o, paste0("covariance_", j - 1, "_", k - 1), cov[j, k], 1e-9, s) }
    m <- which(is.na(y)); ob <- which(!is.na(y))
    if (length(m)) {
      if (length(ob)) { W <- cov[m, ob, drop = FALSE] %*% chol2inv(chol(cov[ob, ob])); cm <- mean[m] + W %*% (y[ob] - mean[ob]); cc <- cov[m, m] - W %*% cov[ob, m] } else { cm <- mean[m]; cc <- cov[m, m] }
      cc <- as.matrix(cc)
      for (j in seq_along(m)) { add(case, o, paste0("conditional_", m[j] - 1), cm[j], 1e-9, s); for (k in 1:j) add(case, o, paste0("rest_", m[j] - 1, "_", m[k] - 1), cc[j, k], 1e-9, s) }
    }
  }
  cat("\n", case, "\n"); print(dd)
}
finish()
